import { parseClock } from '@billow/core'
import { startAwsSimulator } from '@billow/simulators'
import { awsBilling } from '@billow/source-aws-billing'
import { testSource } from '@billow/testing'
import { AWS_KEYS } from '../../../test/support/app.ts'

const DAY = '2024-05-14'

async function startAws() {
  const aws = await startAwsSimulator({ clock: parseClock('2024-05-15') })
  return { ...aws, config: { endpoint: aws.url, sts_endpoint: aws.url } }
}
const simulator = await startAws()
const services = simulator.billed(DAY, DAY).length
await simulator.close()

for (const format of ['native', 'focus']) {
  testSource({
    source: awsBilling,
    config: { format, secret: { access_key_id: AWS_KEYS.id, secret_access_key: AWS_KEYS.secret } },
    invalid: [
      { key: 'format', value: 'csv' },
      { key: 'endpoint', value: 'ce.us-east-1.amazonaws.com' },
      { key: 'secret.secret_access_key', value: undefined },
      { key: 'pull_hour', value: 24 },
      { key: 'group_by', value: 'colour' },
      { key: 'account_id', value: '42' },
    ],
    outside: startAws,
    produces: services,
    requests: aws => aws.requests.entries().length,
    faults: {
      deny: aws => aws.faults.set({ denied: true }),
      fail: aws => aws.faults.set({ unavailable: true }),
      throttle: aws => aws.faults.set({ throttle: true }),
      hang: aws => aws.faults.set({ hang: true }),
      heal: aws => aws.faults.reset(),
    },
  })
}
