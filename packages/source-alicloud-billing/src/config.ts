import { type Static, secret, Type } from '@billow/core'

/** Where the accounts of the China site and of the international site are answered. */
export const ENDPOINTS = {
  china: 'business.aliyuncs.com',
  international: 'business.ap-southeast-1.aliyuncs.com',
} as const

export const config = Type.Object({
  endpoint: Type.String({
    format: 'host-or-url',
    default: ENDPOINTS.china,
    description: `The host of the billing API, or a URL of a simulator; for an account of the international site \`${ENDPOINTS.international}\``,
  }),
  secret: Type.Object({
    access_key_id: secret({ description: 'The access key of the RAM user' }),
    secret_access_key: secret({
      description: 'The secret key that belongs to the access key',
      aliases: ['secret_access_Key'],
    }),
    security_token: Type.Optional(
      secret({ description: 'The token that comes with temporary keys from STS' }),
    ),
  }),
  bill: Type.Union([Type.Literal('account'), Type.Literal('instance')], {
    default: 'account',
    description:
      'Which bill is read: `account` is one event a product (QueryAccountBill), `instance` one event a billing item of an instance (DescribeInstanceBill)',
  }),
  month_closes: Type.String({
    default: '4T12:00+08:00',
    pattern: '^([1-9]|1\\d|2[0-8])T([01]\\d|2[0-3]):[0-5]\\d(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
    allowed: 'a day of the month from 1 to 28 and a time with its offset, such as 4T12:00+08:00',
    description: 'When the bill of a month is final: day and time in the month after it',
  }),
  bill_owner_id: Type.Optional(
    Type.String({
      pattern: '^\\d+$',
      allowed: 'the digits of an account id',
      description:
        'The id of a member account whose bill is read, in quotes; without it, the bill of the keys’ own account',
    }),
  ),
})

export type AlicloudBillingConfig = Static<typeof config>
