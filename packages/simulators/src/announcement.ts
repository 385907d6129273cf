import type { AccessKey } from './signatures/keys.ts'
import type { Simulators } from './start.ts'

/** What the command prints once the doubles listen. The keys are for tests and open nothing elsewhere. */
export function announcement({ aws, alicloud, cloudzero }: Simulators, json: boolean): string {
  if (json) {
    const of = ({ url, keys }: { url: string; keys: readonly AccessKey[] }) => ({ url, ...keys[0] })
    const { url, keys, connections } = cloudzero
    const stream = { url, apiKey: keys[0]?.apiKey, connections }
    return `${JSON.stringify({ aws: of(aws), alicloud: of(alicloud), cloudzero: stream })}\n`
  }
  return `AWS Cost Explorer and STS    ${aws.url}
Alibaba Cloud BSS OpenAPI    ${alicloud.url}
CloudZero AnyCost Stream     ${cloudzero.url}

# source-aws-billing: config.yml
target: http://127.0.0.1:8080
endpoint: ${aws.url}
sts_endpoint: ${aws.url}
${secret(aws.keys)}
# source-alicloud-billing: config.yml
target: http://127.0.0.1:8080
endpoint: ${alicloud.url}
${secret(alicloud.keys)}
# CloudZero
API key:     ${cloudzero.keys[0]?.apiKey}
connections: ${cloudzero.connections.join(', ')}

What was billed: GET /_simulator/billed?from=DAY&to=DAY at the first two URLs; what came to CloudZero:
GET /_simulator/totals?connection=ID&month=YYYY-MM at the third. Ctrl-C ends all.
`
}

function secret([key]: readonly AccessKey[]): string {
  return `secret:
  access_key_id: ${key?.accessKeyId}
  secret_access_key: ${key?.secretAccessKey}
`
}
