import { openSqliteStore } from '@billow/core'
import { cloudzero } from '@billow/sink-cloudzero'
import { CLOUDZERO_TEST_KEY, type CloudzeroSimulator, startCloudzeroSimulator } from '@billow/simulators'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../../test/support/command.ts'
import { seen } from './setting.ts'
import { CNY, charge, run, USD } from './support.ts'

let simulator: CloudzeroSimulator
let store: string
beforeEach(async () => {
  simulator = await startCloudzeroSimulator()
  store = join(mkdtempSync(join(tmpdir(), 'billow-')), 'state.db')
})
afterEach(() => simulator.close())

const streams = `connections:\n  USD: ${USD}\n  CNY: ${CNY}\n`
const secret = `secret:\n  api_key: ${CLOUDZERO_TEST_KEY.apiKey}\n`

async function command(argv: readonly string[], text = `${streams}${secret}`) {
  const result = await runCommand(
    cloudzero,
    argv,
    `port: 0\nendpoint: ${simulator.url}\nstore_config:\n  store_file: ${store}\n${text}`,
  )
  expect(result.stdout + result.stderr).not.toContain(CLOUDZERO_TEST_KEY.apiKey)
  return result
}

/** Sends these charges, and leaves the state behind. */
async function send(...events: readonly ReturnType<typeof charge>[]): Promise<void> {
  const opened = openSqliteStore(store)
  const sink = await run(simulator, { state: opened.open('sink-cloudzero') })
  await sink.write(...events)
  await seen(sink)
  await sink.stop()
  await opened.close()
}

describe('check --month', () => {
  test('prints ours, theirs and the difference; services where there is one', async () => {
    await send(charge(), charge({ ServiceName: 'Storage', BilledCost: '0.25' }))
    const equal = await command(['check', '--month', '2024-08'])
    expect(equal.stdout.trim().split('\n')).toEqual([
      "DAY         CURRENCY  OURS (ROWS)  CLOUDZERO'S (ROWS)  DIFFERENCE",
      '2024-08-16  USD       12.25 (2)    12.25 (2)           0           equal',
      "2024-08: ours 12.25 USD, CloudZero's 12.25 USD, difference 0",
    ])
    expect(equal.code).toBe(0)

    simulator.faults.set({ staleRead: true })
    const different = await command(['check', '--month', '2024-08'])
    expect(different.code).toBe(1)
    expect(different.stdout).toContain(
      '2024-08-16  USD       12.25 (2)    0 (0)               12.25       DIFFERENT',
    )
    expect(different.stdout).toContain('  Storage')
    const json = await command(['check', '--month', '2024-08', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      month: '2024-08',
      equal: false,
      lines: [
        {
          currency: 'USD',
          day: '2024-08-16',
          service: 'Compute',
          ours: { rows: 1, cost: '12' },
          theirs: { rows: 0, cost: '0' },
          difference: '12',
          waits: false,
        },
        { service: 'Storage' },
      ],
    })
  })

  test('beside a sink at work asks again', async () => {
    await send(charge())
    simulator.faults.set({ unavailable: { times: 1, action: 'ReadBillingDrop' } })
    expect((await command(['check', '--month', '2024-08'])).code).toBe(0)
  })

  test('with sum corrections are rows of their own, and make no difference', async () => {
    const opened = openSqliteStore(store)
    const sink = await run(simulator, { state: opened.open('sink-cloudzero'), operation: 'sum' })
    const wrong = charge()
    await sink.write(wrong, charge())
    await seen(sink)
    await sink.write(charge({ BilledCost: '15' }, { revision: 1, replaces: wrong.id }))
    await seen(sink, 2)
    await sink.stop()
    await opened.close()
    const { code, stdout } = await command(
      ['check', '--month', '2024-08'],
      `${streams}${secret}operation: sum\n`,
    )
    expect(stdout).toContain('2024-08-16  USD       27 (2)       27 (4)              0           equal')
    expect(code).toBe(0)
  })

  test('of a month that is kept no longer says so', async () => {
    await send(charge())
    store = join(mkdtempSync(join(tmpdir(), 'billow-')), 'another.db')
    const { code, stdout } = await command(['check', '--month', '2024-08'])
    expect(stdout).toContain('not kept')
    expect(stdout).toContain('2024-08: nothing in USD is kept here to compare with')
    expect(code).toBe(1)
  })

  test('of a month without charges says so; a wrong month is a wrong command line', async () => {
    const empty = await command(['check', '--month', '2024-07'])
    expect([empty.code, empty.stdout.trim()]).toEqual([
      0,
      '2024-07: neither this sink nor CloudZero has charges',
    ])
    const wrong = await command(['check', '--month', 'august'])
    expect([wrong.code, wrong.stderr.trim()]).toEqual([
      64,
      'check: --month: found "august"; give a month such as 2024-08',
    ])
  })
})

describe('check', () => {
  test('says what each stream has, and that rows would be taken', async () => {
    await send(charge())
    const { code, stdout } = await command(['check'])
    expect(code).toBe(0)
    expect(stdout).toContain(`sink-cloudzero: USD: the connection ${USD} has drops for 2024-08`)
    expect(stdout).toContain(`sink-cloudzero: CNY: the connection ${CNY} has no drop yet`)
  })

  test.each([
    [`${streams}secret: { api_key: wrong }\n`, 77, 'check that secret.api_key is a key of this organisation'],
    [`connection_id: nowhere\ncurrency: USD\n${secret}`, 77, 'CloudZero knows no connection nowhere'],
    [
      `connections: { USD: ${USD}, CNY: ${USD} }\n${secret}`,
      78,
      'connections: found one connection for USD and CNY, allowed is one for each currency',
    ],
  ])('with %j names what to do', async (text, code, line) => {
    const result = await command(['check'], text)
    expect(result.stdout + result.stderr).toContain(line)
    expect(result.code).toBe(code)
  })
})

test.each([
  [
    secret,
    'connection_id: missing, allowed is the id of an AnyCost Stream connection, or `connections` with one for each currency',
  ],
  [
    `connection_id: ${USD}\n${secret}`,
    'currency: missing, allowed is the currency of that stream, such as USD',
  ],
  [
    `connection_id: ${USD}\n${streams}${secret}`,
    'connection_id: found a text, allowed is nothing beside `connections`',
  ],
  [`connections: { usd: ${USD} }\n${secret}`, 'connections.usd: unknown key'],
  [streams, 'secret: missing, allowed is a mapping with the keys api_key'],
  [`${streams}${secret}flush: { max_bytes: 6000000 }\n`, 'flush.max_bytes: found'],
  [`${streams}${secret}columns: { resource/servce: ServiceName }\n`, 'did you mean columns.resource/service'],
])('the configuration %j is refused', async (text, fault) => {
  const { code, stderr } = await command(['check'], text)
  expect(stderr).toContain(fault)
  expect(code).toBe(78)
})

describe('take-over', () => {
  test.each([
    [['--day', 'friday'], 'take-over: --day: found "friday"; give a day such as 2024-08-16'],
    [['--day', '2024-02-30'], 'take-over: --day: found "2024-02-30"'],
    [['--day', '2024-99-99'], 'take-over: --day: found "2024-99-99"'],
    [['--day', '2024-08-16'], 'take-over: --currency: found nothing; there are streams for USD, CNY'],
    [['--day', '2024-08-16', '--currency', 'JPY'], 'take-over: --currency: found "JPY"'],
  ])('%j is a wrong command line', async (argv, line) => {
    const { code, stderr } = await command(['take-over', ...argv])
    expect(stderr).toContain(line)
    expect(code).toBe(64)
  })

  test('asks first, and needs a flag where nobody can be asked', async () => {
    const asked = await command(['take-over', '--day', '2024-08-16', '--currency', 'USD'])
    expect([asked.code, asked.stderr]).toEqual([64, expect.stringContaining('--yes')])
    const said = await command(['take-over', '--day', '2024-08-16', '--currency', 'USD', '--yes'])
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('2024-08-16 may be replaced')])
  })
})
