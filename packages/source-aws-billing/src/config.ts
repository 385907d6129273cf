import { type Static, secret, Type } from '@billow/core'

/** The second dimensions that Cost Explorer can group by, beside the service. */
export const DIMENSIONS = [
  'AZ',
  'INSTANCE_TYPE',
  'INVOICING_ENTITY',
  'LEGAL_ENTITY_NAME',
  'LINKED_ACCOUNT',
  'OPERATION',
  'PLATFORM',
  'PURCHASE_TYPE',
  'RECORD_TYPE',
  'REGION',
  'TENANCY',
  'USAGE_TYPE',
] as const

const keys = Type.Object(
  {
    access_key_id: Type.Optional(secret({ description: 'The access key of the IAM user' })),
    secret_access_key: Type.Optional(
      secret({
        description: 'The secret key that belongs to the access key',
        aliases: ['secret_access_Key'],
      }),
    ),
    session_token: Type.Optional(secret({ description: 'The token that comes with temporary keys' })),
  },
  {
    dependencies: {
      access_key_id: ['secret_access_key'],
      secret_access_key: ['access_key_id'],
      session_token: ['access_key_id', 'secret_access_key'],
    },
    description: "The keys; without them the AWS SDK's default credential chain is used",
  },
)

const role = Type.Object(
  {
    arn: Type.String({
      pattern: '^arn:aws[a-z-]*:iam::\\d{12}:role/.+$',
      allowed: 'the ARN of a role such as arn:aws:iam::123456789012:role/billing',
      description: 'The role to assume',
    }),
    external_id: Type.Optional(
      Type.String({ minLength: 2, description: "The external id that the role's trust policy asks for" }),
    ),
    session_name: Type.String({
      default: 'billow',
      pattern: '^[\\w+=,.@-]{2,64}$',
      allowed: '2 to 64 letters, digits or +=,.@_-',
      description: 'The name of the session, as CloudTrail shows it',
    }),
  },
  {
    description:
      'A role whose bill is read: it is assumed with the keys, or with the default credential chain',
  },
)

export const config = Type.Object({
  endpoint: Type.String({
    format: 'http-url',
    default: 'https://ce.us-east-1.amazonaws.com',
    description:
      'The URL of the Cost Explorer API; for the China partition `https://ce.cn-northwest-1.amazonaws.com.cn`',
  }),
  secret: Type.Optional(keys),
  role: Type.Optional(role),
  sts_endpoint: Type.Optional(
    Type.String({
      format: 'http-url',
      description: 'The URL of the STS API; without it, that of the region of `endpoint`',
    }),
  ),
  account_id: Type.Optional(
    Type.String({
      pattern: '^\\d{12}$',
      allowed: 'the 12 digits of an account',
      description: 'The account whose bill it is, in quotes; without it STS is asked once',
    }),
  ),
  group_by: Type.Optional(
    Type.String({
      pattern: `^(${DIMENSIONS.join('|')}|tag:.+|cost_category:.+)$`,
      allowed: `${DIMENSIONS.join(', ')}, tag:KEY or cost_category:KEY`,
      description: 'A second dimension beside the service: more events, each with one more key',
    }),
  ),
})

export type AwsBillingConfig = Static<typeof config>
