import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CloudzeroSimulator, startCloudzeroSimulator } from '@billow/simulators'
import { freePort } from '../../packages/core/test/support/port.ts'
import { startBox } from '../../scripts/images/measure/box.ts'
import { LIMIT } from '../../scripts/images/measure/budgets.ts'
import { post } from '../../scripts/images/measure/post.ts'
import { engine, imageOf, start } from './support/container.ts'

let cloudzero: CloudzeroSimulator
let port: number
beforeEach(async () => {
  cloudzero = await startCloudzeroSimulator()
  port = await freePort()
})
afterEach(() => cloudzero.close())

const configFor = (flush: string): string => `port: ${port}
endpoint: ${cloudzero.url}
connection_id: ${cloudzero.connections[0]}
currency: USD
secret: { api_key: ${cloudzero.keys[0]?.apiKey} }
flush: ${flush}
focus: { defaults: { BillingAccountId: "123456789012" } }
`

/** What CloudZero has of the month that is posted: a sum for each of its days. */
const days = () => cloudzero.totals(cloudzero.connections[0] as string, '2023-01')
const rows = (): number => days().reduce((sum, { rows }) => sum + rows, 0)

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 50))
}

describe('a container of sink-cloudzero', () => {
  test('read-only, brings what is posted to CloudZero, and goes on from its volume', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'billow-image-'))
    chmodSync(folder, 0o755)
    const [config, data] = [`${folder}:/vanus-connect/config`, `billow-cz-${process.pid}:/var/lib/billow`]
    const hardened = ['--network=host', '--read-only', '--cap-drop=all']
    const started = () => start(...hardened, '-v', config, '-v', data, imageOf('sink-cloudzero'))
    writeFileSync(join(folder, 'config.yml'), configFor('{ quiet: 3600, max_age: 3600 }'))
    const first = await started()
    await first.saw('"listening"')
    await post({ url: `http://127.0.0.1:${port}/`, each: 4, events: 28 })
    await first.turnsHealthy()
    expect(await first.stop()).toBe(0)
    expect(days()).toEqual([])

    writeFileSync(join(folder, 'config.yml'), configFor('{ quiet: 0 }'))
    const second = await started()
    await until(() => rows() === 28)
    expect(days()[0]).toMatchObject({
      day: '2023-01-01',
      service: 'CloudWatch Events',
      amount: '0.0009189721',
    })
    expect(await second.stop()).toBe(0)
  })

  test('holds within its limit what comes in large requests while days are sent', async () => {
    const config = configFor('{ quiet: 1, max_age: 2, max_bytes: 200000 }')
    const box = await startBox(engine, { app: 'sink-cloudzero', config, port, limit: LIMIT })
    try {
      await post({ url: `http://127.0.0.1:${port}/`, each: 1000, events: 30_000 })
      await until(async () => rows() === 30_000 || (await box.is('.State.Running')) !== 'true')
      expect(await box.healthy()).toBe(true)
      expect([await box.is('.State.Running'), await box.is('.State.OOMKilled')]).toEqual(['true', 'false'])
    } finally {
      await box.remove()
    }
  })
})
