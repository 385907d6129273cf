import type { AccessKey } from './signatures/keys.ts'
import type { Simulators } from './start.ts'

/** What the command prints once both doubles listen. The keys are for tests and open nothing elsewhere. */
export function announcement({ aws, alicloud }: Simulators, json: boolean): string {
  if (json) {
    const of = ({ url, keys }: { url: string; keys: readonly AccessKey[] }) => ({ url, ...keys[0] })
    return `${JSON.stringify({ aws: of(aws), alicloud: of(alicloud) })}\n`
  }
  return `AWS Cost Explorer and STS    ${aws.url}
Alibaba Cloud BSS OpenAPI    ${alicloud.url}

# source-aws-billing: config.yml
target: http://127.0.0.1:8080
endpoint: ${aws.url}
sts_endpoint: ${aws.url}
${secret(aws.keys)}
# source-alicloud-billing: config.yml
target: http://127.0.0.1:8080
endpoint: ${alicloud.url}
${secret(alicloud.keys)}
What was billed: GET /_simulator/billed?from=DAY&to=DAY at either URL. Ctrl-C ends both.
`
}

function secret([key]: readonly AccessKey[]): string {
  return `secret:
  access_key_id: ${key?.accessKeyId}
  secret_access_key: ${key?.secretAccessKey}
`
}
