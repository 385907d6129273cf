import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { startCloudzeroSimulator } from '@billow/simulators'
import { freePort } from '../../packages/core/test/support/port.ts'
import { post } from '../../scripts/images/measure/post.ts'
import { imageOf, start } from './support/container.ts'

test('sink-cloudzero, read-only, brings what is posted to CloudZero, and goes on from its volume', async () => {
  const { url, keys, connections, totals, close } = await startCloudzeroSimulator()
  const folder = mkdtempSync(join(tmpdir(), 'billow-image-'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const configure = (quiet: number): void =>
    writeFileSync(
      join(folder, 'config.yml'),
      `port: ${port}
endpoint: ${url}
connection_id: ${connections[0]}
currency: USD
secret: { api_key: ${keys[0]?.apiKey} }
flush: { quiet: ${quiet} }
focus: { defaults: { BillingAccountId: "123456789012" } }
`,
    )
  const started = () =>
    start(
      '--network=host',
      '--read-only',
      '--cap-drop=all',
      '-v',
      `${folder}:/vanus-connect/config`,
      '-v',
      `billow-cloudzero-${process.pid}:/var/lib/billow`,
      imageOf('sink-cloudzero'),
    )
  configure(3600)
  const first = await started()
  await first.saw('"listening"')
  // One for each of 28 days.
  await post({ url: `http://127.0.0.1:${port}/`, each: 4, events: 28 })
  await first.turnsHealthy()
  expect(await first.stop()).toBe(0)
  expect(totals(connections[0] as string, '2023-01')).toEqual([])

  configure(0)
  const second = await started()
  while (totals(connections[0] as string, '2023-01').length < 28) {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  expect(totals(connections[0] as string, '2023-01')[0]).toMatchObject({
    day: '2023-01-01',
    service: 'CloudWatch Events',
    amount: '0.0009189721',
  })
  expect(await second.stop()).toBe(0)
  await close()
})
