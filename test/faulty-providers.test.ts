import { expect, test } from '@jest/globals'
import { parseClock, Secret } from '@billow/core'
import { startAlicloudSimulator, startAwsSimulator } from '@billow/simulators'
import { awsBilling } from '@billow/source-aws-billing'
import { startTcpProxy, type Trouble } from '../soak/world/tcp-proxy.ts'
import { alicloudBilling } from '@billow/source-alicloud-billing'
import { ALICLOUD_KEYS, AWS_KEYS } from './support/app.ts'
import { billedBy, sumOf } from './support/clouds.ts'
import { dailyRun } from './support/daily-run.ts'

const NOW = '2024-05-15T12:00:00Z'
const DAY = '2024-05-14'
const secretOf = (keys: typeof AWS_KEYS) => ({
  access_key_id: new Secret(keys.id),
  secret_access_key: new Secret(keys.secret),
})

test('a Cost Explorer that throttles for longer than its SDK tries is asked later, and nothing is missing', async () => {
  const aws = await startAwsSimulator({ clock: parseClock(NOW) })
  const config = { endpoint: aws.url, account_id: '123456789012', secret: secretOf(AWS_KEYS) }
  const run = dailyRun(awsBilling, () => config)
  aws.faults.set({ throttle: 5 })
  await expect(run.at(NOW)).rejects.toThrow(/AWS slows ce:GetCostAndUsage down \(ThrottlingException/)
  expect(run.events).toEqual([])
  await run.at(NOW)
  expect(sumOf(run.events)).toEqual(billedBy(aws, DAY, DAY))
  expect(aws.requests.entries().filter(({ outcome }) => outcome === 'ok')).toHaveLength(1)
  await aws.close()
})

const TROUBLES: readonly (readonly [string, Trouble])[] = [
  ['delays', { delayMs: 60 }],
  ['cuts requests', { cutAfterBytes: 200 }],
  ['truncates answers', { truncateAfterBytes: 900 }],
  ['is slow', { bytesPerSecond: 100_000 }],
]
const CLOUDS = [
  ['AWS', startAwsSimulator, awsBilling, { account_id: '123456789012', secret: secretOf(AWS_KEYS) }],
  [
    'Alibaba Cloud',
    startAlicloudSimulator,
    alicloudBilling,
    { bill: 'account', month_closes: '4T12:00+08:00', secret: secretOf(ALICLOUD_KEYS) },
  ],
] as const

test.each(
  CLOUDS.flatMap(cloud => TROUBLES.map(trouble => [cloud[0], trouble[0], cloud, trouble[1]] as const)),
)(
  'a network before %s that %s leaves no row out, and brings none twice',
  async (_cloud, _trouble, [, start, source, config], trouble) => {
    const simulator = await start({ clock: parseClock(NOW) })
    const proxy = await startTcpProxy(simulator.url, connection => (connection <= 2 ? trouble : undefined))
    const run = dailyRun(source, () => ({ ...config, endpoint: proxy.url }))
    // The runtime would start again after a pause.
    for (let start = 0; start < 5 && run.events.length === 0; start += 1)
      await run.at(NOW).catch(() => undefined)
    expect(sumOf(run.events)).toEqual(billedBy(simulator, DAY, DAY))
    expect(new Set(run.events.map(({ id }) => id)).size).toBe(run.events.length)
    proxy.close()
    await simulator.close()
  },
)
