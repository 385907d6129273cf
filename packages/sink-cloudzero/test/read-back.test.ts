import { openSqliteStore, type State } from '@billow/core'
import { type CloudzeroSimulator, CLOUDZERO_TEST_KEY, startCloudzeroSimulator } from '@billow/simulators'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { prune } from '../src/kept/prune.ts'
import { CNY, charge, type Running, type RunOptions, run, sleepingClock, until, USD } from './support.ts'

const STREAM = { currency: 'USD', connection: USD }
const LONG_AFTER = new Date('2025-01-10T00:00:00Z')

let simulator: CloudzeroSimulator
const running: Running[] = []
const newState = (): State => openSqliteStore(':memory:').open('test')

async function start(options: RunOptions = {}): Promise<Running> {
  const one = await run(simulator, options)
  running.push(one)
  return one
}
async function stopAll(): Promise<void> {
  for (const one of running.splice(0)) await one.stop()
}

beforeEach(async () => {
  simulator = await startCloudzeroSimulator()
})
afterEach(async () => {
  await stopAll()
  await simulator.close()
})

const totals = (connection = USD, month = '2024-08'): string[] =>
  simulator
    .totals(connection, month)
    .map(({ day, service, amount, rows }) => `${day} ${service} ${amount} ${rows}`)
const has = (...wanted: readonly string[]) => until(() => totals().join() === wanted.join())

/** Rows of somebody else in the stream. */
async function others(...rows: readonly Readonly<Record<string, string>>[]): Promise<void> {
  const answer = await fetch(`${simulator.url}/v2/connections/billing/anycost/${USD}/billing_drops`, {
    method: 'POST',
    headers: { authorization: CLOUDZERO_TEST_KEY.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ month: '2024-08', operation: 'sum', data: rows }),
  })
  expect(answer.status).toBe(200)
}
const theirs = (day: string, more = {}) => ({
  'time/usage_start': `${day}T00:00:00Z`,
  'cost/cost': '100',
  'resource/service': 'Theirs',
  ...more,
})

describe('after its volume is lost', () => {
  test.each(['replace_hourly', 'replace_drop', 'sum'] as const)(
    'with %s nothing that was right is wiped out',
    async operation => {
      const old = [charge(), charge({ BilledCost: '3' }), charge({ x_BillingDate: '2024-08-02' })]
      const first = await start({ operation })
      await first.write(...old)
      await has('2024-08-02 Compute 12 1', '2024-08-16 Compute 15 2')
      await stopAll()

      const second = await start({ operation, state: newState() })
      await second.write(charge({ BilledCost: '0.5' }))
      await has('2024-08-02 Compute 12 1', '2024-08-16 Compute 15.5 3')
      // What comes once more, or is replaced now, is known again.
      await second.write(...old)
      await second.write(charge({ BilledCost: '4' }, { revision: 1, replaces: old[1]?.id }))
      if (operation === 'sum') await until(() => totals()[1]?.startsWith('2024-08-16 Compute 16.5') === true)
      else await has('2024-08-02 Compute 12 1', '2024-08-16 Compute 16.5 3')
    },
  )

  test('a charge that was replaced before it was read back stays out', async () => {
    const wrong = charge()
    const first = await start()
    await first.write(wrong)
    await has('2024-08-16 Compute 12 1')
    await stopAll()
    const second = await start({ state: newState() })
    await second.write(charge({ BilledCost: '4' }, { revision: 1, replaces: wrong.id }))
    await has('2024-08-16 Compute 4 1')
  })

  test('the row of a day that had become empty is no foreign one', async () => {
    const wrong = charge()
    const first = await start()
    await first.write(wrong)
    await has('2024-08-16 Compute 12 1')
    await first.write(charge({ BillingCurrency: 'CNY' }, { revision: 1, replaces: wrong.id }))
    await has('2024-08-16  0 1')
    await stopAll()
    const second = await start({ state: newState() })
    await second.write(charge({ BilledCost: '4' }))
    await has('2024-08-16 Compute 4 1')
  })
})

describe('ids of another form', () => {
  const other = { id: 'order/1' }

  test.each(['replace_hourly', 'replace_drop', 'sum'] as const)(
    'with %s what was replaced and is still there is no row of others',
    async operation => {
      const sink = await start({ operation })
      await sink.write(charge({}, other))
      await has('2024-08-16 Compute 12 1')
      // The hour that it goes to was never sent.
      const later = { x_BillingDate: null, ChargePeriodStart: '2024-08-16T07:00:00Z' }
      await sink.write(charge({ BilledCost: '4', ...later }, { revision: 1, replaces: other.id }))
      await until(() => totals().some(line => line.startsWith('2024-08-16 Compute 4 ')))
      expect(sink.troubles).not.toContainEqual(expect.stringContaining('somebody else'))
    },
  )

  test('keep their months from being forgotten: they would not be known again', async () => {
    const state = newState()
    const first = await start({ state })
    await first.write(charge({}, other))
    await has('2024-08-16 Compute 12 1')
    await stopAll()
    await prune(state, STREAM, LONG_AFTER)
    const second = await start({ state })
    await second.write(charge({ BilledCost: '2' }, { id: 'order/2' }))
    await has('2024-08-16 Compute 14 2')
  })
})

describe('rows that somebody else wrote', () => {
  test.each([
    ['without an id', {}],
    ['with an id of their own', { 'lineitem/id': 'line-1' }],
    ['at another hour of the day', { 'time/usage_start': '2024-08-16T07:00:00Z' }],
  ])('%s stop their day, and no other', async (_, more) => {
    await others(theirs('2024-08-16', more))
    const sink = await start()
    await sink.write(charge(), charge({ x_BillingDate: '2024-08-17' }))
    await has('2024-08-16 Theirs 100 1', '2024-08-17 Compute 12 1')
    expect(await sink.trouble()).toMatch(
      /^2024-08-16 in the USD stream \S+ has 1 row that somebody else wrote .*take-over --currency USD --day 2024-08-16$/,
    )
  })

  test('are replaced once a person said so', async () => {
    await others(theirs('2024-08-16'))
    const sink = await start()
    await sink.write(charge())
    await sink.trouble()
    const { cloudzero } = await import('@billow/sink-cloudzero')
    const lines: string[] = []
    const terminal = {
      print: (line: string) => void lines.push(line),
      note: () => undefined,
      progress: () => undefined,
      confirm: async () => true,
    }
    const call = { context: sink.context, terminal, deliver: async () => undefined }
    expect(
      await cloudzero.commands?.['take-over']?.run({
        ...call,
        options: { day: '2024-08-16', currency: 'USD' },
      }),
    ).toBe(0)
    await has('2024-08-16 Compute 12 1')
    expect(lines.join()).toContain('2024-08-16 may be replaced')
    expect(simulator.totals(CNY, '2024-08')).toEqual([])
  })

  test('stop the whole month with replace_drop, and nothing with sum', async () => {
    await others(theirs('2024-08-02'))
    const whole = await start({ operation: 'replace_drop' })
    await whole.write(charge())
    expect(await whole.trouble()).toContain('2024-08-02 in the USD stream')
    expect(totals()).toEqual(['2024-08-02 Theirs 100 1'])
    await stopAll()
    const adding = await start({ operation: 'sum' })
    await adding.write(charge(), charge({ x_BillingDate: '2024-08-02' }))
    await has('2024-08-02 Compute 12 1', '2024-08-02 Theirs 100 1', '2024-08-16 Compute 12 1')
  })
})

test('what CloudZero took and does not have is sent again', async () => {
  const sink = await start()
  // It answers that it has the drop, and a reader sees the month as it was, until it is asked often enough.
  simulator.faults.set({ staleRead: { times: 6, action: 'ReadBillingDrop' } })
  await sink.write(charge())
  await until(() => sink.troubles.some(trouble => trouble.includes('is not there as it was sent')))
  await until(() => !sink.troubles[0])
  expect(totals()).toEqual(['2024-08-16 Compute 12 1'])
})

describe('replace_drop', () => {
  test('sends the month in one body, and says where it does not fit', async () => {
    const sink = await start({
      operation: 'replace_drop',
      flush: { quiet: 60, max_age: 900, max_bytes: 1600 },
    })
    await sink.write(charge(), charge({ x_BillingDate: '2024-08-02' }))
    await has('2024-08-02 Compute 12 1', '2024-08-16 Compute 12 1')
    await sink.write(...Array.from({ length: 5 }, () => charge()))
    expect(await sink.trouble()).toContain(
      '2024-08 takes more than the 1600 bytes of one request, and replace_drop sends a month whole; set operation to replace_hourly',
    )
    expect(totals()).toEqual(['2024-08-02 Compute 12 1', '2024-08-16 Compute 12 1'])
  })
})

describe('sum', () => {
  test('adds differences only, whatever happens to an answer', async () => {
    const sink = await start({ operation: 'sum' })
    const first = charge({ ListCost: '20', ConsumedQuantity: '5', ConsumedUnit: 'h' })
    await sink.write(first, charge({ BilledCost: '1' }))
    await has('2024-08-16 Compute 13 2')
    simulator.faults.set({ lost: 2, errorAfter: { times: 1, after: 1, action: 'CreateBillingDrop' } })
    await sink.write(charge({ BilledCost: '10', ListCost: '10' }, { revision: 1, replaces: first.id }))
    await until(() => totals()[0]?.startsWith('2024-08-16 Compute 11 ') === true)
    await until(() => !sink.troubles[0])
    expect(totals()[0]).toMatch(/^2024-08-16 Compute 11 /)
    const back = simulator.rows(USD, '2024-08').filter(row => row['lineitem/id'] === first.id)
    expect(back.map(row => [row['cost/cost'], row['cost/on_demand_cost'], row['usage/amount']])).toEqual([
      ['12', '20', '5'],
      ['-12', '-20', undefined],
    ])
  })
})

test('another connection gets all that is known, and what it has is read first', async () => {
  const state = newState()
  const first = await start({ state })
  await first.write(charge(), charge({ x_BillingDate: '2024-08-02' }))
  await has('2024-08-02 Compute 12 1', '2024-08-16 Compute 12 1')
  await stopAll()
  await start({ state, connections: { USD: CNY } })
  await until(() => totals(CNY).join() === '2024-08-02 Compute 12 1,2024-08-16 Compute 12 1')
})

test('months long over are forgotten, and read back when they change once more', async () => {
  const state = newState()
  const first = await start({ state })
  await first.write(charge(), charge({ BilledCost: '1' }, { revision: 1, replaces: charge().id }))
  await until(() => first.log.some(line => line.includes('CloudZero has it')))
  await stopAll()
  const second = await start({ state, clock: sleepingClock('2025-01-10T00:00:00Z') })
  const keys = async () => (await Array.fromAsync(state.scan('cloudzero/'))).map(([key]) => key)
  let left = await keys()
  await until(() => (void keys().then(now => (left = now)), left.length === 0))
  await second.write(charge({ BilledCost: '2' }))
  await has('2024-08-16 Compute 15 3')
})

test('that a charge was replaced is kept as long for an old day: it may come as late', async () => {
  const state = newState()
  const late = charge()
  const sink = await start({ state, clock: sleepingClock(LONG_AFTER.toISOString()) })
  await sink.write(charge({ BilledCost: '4' }, { revision: 1, replaces: late.id }))
  await has('2024-08-16 Compute 4 1')
  await prune(state, STREAM, LONG_AFTER)
  await sink.write(late, charge({ x_BillingDate: '2024-08-17' }))
  await has('2024-08-16 Compute 4 1', '2024-08-17 Compute 12 1')
})
