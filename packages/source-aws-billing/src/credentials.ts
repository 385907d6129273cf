import type { CostExplorerClientConfig } from '@aws-sdk/client-cost-explorer'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { AwsBillingConfig } from './config.ts'
import { regionOf } from './endpoint.ts'
import { awsError } from './errors.ts'

/** A hanging API must not hold up anything for longer. */
export const HTTP = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 10_000,
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
    socketTimeout: 30_000,
  },
} as const

type Credentials = NonNullable<CostExplorerClientConfig['credentials']>

/** The keys of the config, or of the role that they assume; nothing means the SDK's default chain. */
export function credentialsOf(config: AwsBillingConfig, signal: AbortSignal): { credentials?: Credentials } {
  const { role } = config
  if (!role) return keysOf(config)
  // The SDK calls this again before the answer expires.
  const credentials = async () => {
    const answer = await withSts(config, keysOf(config), 'sts:AssumeRole', sts =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: role.arn,
          RoleSessionName: role.session_name,
          ...(role.external_id !== undefined && { ExternalId: role.external_id }),
        }),
        { abortSignal: signal },
      ),
    )
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = answer.Credentials ?? {}
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration && { expiration: Expiration }),
    }
  }
  return { credentials }
}

/** Asks STS, free of charge, who the credentials belong to. */
export async function callerIdentity(
  config: AwsBillingConfig,
  signal: AbortSignal,
): Promise<{ readonly account: string; readonly arn: string }> {
  const { Account = '', Arn = '' } = await withSts(
    config,
    credentialsOf(config, signal),
    'sts:GetCallerIdentity',
    sts => sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal }),
  )
  return { account: Account, arn: Arn }
}

function keysOf({ secret }: AwsBillingConfig): { credentials?: Credentials } {
  if (!secret?.access_key_id || !secret.secret_access_key) return {}
  return {
    credentials: {
      accessKeyId: secret.access_key_id.reveal(),
      secretAccessKey: secret.secret_access_key.reveal(),
      ...(secret.session_token && { sessionToken: secret.session_token.reveal() }),
    },
  }
}

async function withSts<T>(
  { endpoint, sts_endpoint }: AwsBillingConfig,
  credentials: { credentials?: Credentials },
  action: string,
  ask: (sts: STSClient) => Promise<T>,
): Promise<T> {
  const sts = new STSClient({
    ...HTTP,
    ...credentials,
    region: regionOf(endpoint),
    ...(sts_endpoint !== undefined && { endpoint: sts_endpoint }),
  })
  try {
    return await ask(sts)
  } catch (error) {
    throw awsError(error, action)
  } finally {
    sts.destroy()
  }
}
