import { describe, expect, test } from '@jest/globals'
import { prune } from '../src/kept/prune.ts'
import { newState, seen, setting, theirs } from './setting.ts'
import { CNY, charge, sleepingClock, until, USD } from './support.ts'

const STREAM = { currency: 'USD', connection: USD }
const LONG_AFTER = new Date('2025-01-10T00:00:00Z')

const s = setting()

describe('after its volume is lost', () => {
  test.each(['replace_hourly', 'replace_drop', 'sum'] as const)(
    'with %s nothing that was right is wiped out',
    async operation => {
      const old = [charge(), charge({ BilledCost: '3' }), charge({ x_BillingDate: '2024-08-02' })]
      const first = await s.start({ operation })
      await first.write(...old)
      await s.has('2024-08-02 Compute 12 1', '2024-08-16 Compute 15 2')
      await s.stopAll()

      const second = await s.start({ operation, state: newState() })
      await second.write(charge({ BilledCost: '0.5' }))
      await s.has('2024-08-02 Compute 12 1', '2024-08-16 Compute 15.5 3')
      // What comes once more, or is replaced now, is known again.
      await second.write(...old)
      await second.write(charge({ BilledCost: '4' }, { revision: 1, replaces: old[1]?.id }))
      if (operation === 'sum')
        await until(() => s.totals()[1]?.startsWith('2024-08-16 Compute 16.5') === true)
      else await s.has('2024-08-02 Compute 12 1', '2024-08-16 Compute 16.5 3')
    },
  )

  test('a charge that was replaced before it was read back stays out', async () => {
    const wrong = charge()
    const first = await s.start()
    await first.write(wrong)
    await s.has('2024-08-16 Compute 12 1')
    await s.stopAll()
    const second = await s.start({ state: newState() })
    await second.write(charge({ BilledCost: '4' }, { revision: 1, replaces: wrong.id }))
    await s.has('2024-08-16 Compute 4 1')
  })

  test('the row of a day that had become empty is no foreign one', async () => {
    const wrong = charge()
    const first = await s.start()
    await first.write(wrong)
    await s.has('2024-08-16 Compute 12 1')
    await first.write(charge({ BillingCurrency: 'CNY' }, { revision: 1, replaces: wrong.id }))
    await s.has('2024-08-16  0 1')
    await s.stopAll()
    const second = await s.start({ state: newState() })
    await second.write(charge({ BilledCost: '4' }))
    await s.has('2024-08-16 Compute 4 1')
  })
})

describe('ids of another form', () => {
  const other = { id: 'order/1' }

  test.each(['replace_hourly', 'replace_drop', 'sum'] as const)(
    'with %s what was replaced and is still there is no row of others',
    async operation => {
      const sink = await s.start({ operation })
      await sink.write(charge({}, other))
      await s.has('2024-08-16 Compute 12 1')
      // The hour that it goes to was never sent.
      const later = { x_BillingDate: null, ChargePeriodStart: '2024-08-16T07:00:00Z' }
      await sink.write(charge({ BilledCost: '4', ...later }, { revision: 1, replaces: other.id }))
      await until(() => s.totals().some(line => line.startsWith('2024-08-16 Compute 4 ')))
      expect(sink.troubles).not.toContainEqual(expect.stringContaining('somebody else'))
    },
  )

  test('and however long make short keys, and are told apart', async () => {
    const state = newState()
    const sink = await s.start({ state })
    const long = (end: string) => ({ id: `${'長'.repeat(2000)}${end}`, source: `/${'x'.repeat(4000)}` })
    await sink.write(charge({}, long('a')), charge({}, long('b')), charge({}, long('a')))
    await sink.write(charge({ BilledCost: '1' }, { ...long('c'), revision: 1, replaces: long('b').id }))
    await s.has('2024-08-16 Compute 13 2')
    for await (const [key] of state.scan('cloudzero/')) expect(Buffer.byteLength(key)).toBeLessThan(2000)
  })

  test('keep their months from being forgotten: they would not be known again', async () => {
    const state = newState()
    const first = await s.start({ state })
    await first.write(charge({}, other))
    await s.has('2024-08-16 Compute 12 1')
    await s.stopAll()
    await prune(state, STREAM, LONG_AFTER)
    const second = await s.start({ state })
    await second.write(charge({ BilledCost: '2' }, { id: 'order/2' }))
    await s.has('2024-08-16 Compute 14 2')
  })
})

describe('rows that somebody else wrote', () => {
  test.each([
    ['without an id', {}],
    ['with an id of their own', { 'lineitem/id': 'line-1' }],
    ['at another hour of the day', { 'time/usage_start': '2024-08-16T07:00:00Z' }],
  ])('%s stop their day, and no other', async (_, more) => {
    await s.others(theirs('2024-08-16', more))
    const sink = await s.start()
    await sink.write(charge(), charge({ x_BillingDate: '2024-08-17' }))
    await s.has('2024-08-16 Theirs 100 1', '2024-08-17 Compute 12 1')
    expect(await sink.trouble()).toMatch(
      /^2024-08-16 in the USD stream \S+ has 1 row that somebody else wrote .*take-over --currency USD --day 2024-08-16$/,
    )
  })

  test('are replaced once a person said so', async () => {
    await s.others(theirs('2024-08-16'))
    const sink = await s.start()
    await sink.write(charge())
    await sink.trouble()
    expect(await s.takeOver(sink, '2024-08-16')).toContain('2024-08-16 may be replaced')
    await s.has('2024-08-16 Compute 12 1')
    expect(s.simulator.totals(CNY, '2024-08')).toEqual([])
  })

  test('are replaced at other hours of that day too', async () => {
    await s.others(theirs('2024-08-16', { 'time/usage_start': '2024-08-16T07:00:00Z' }))
    const sink = await s.start()
    await sink.write(charge())
    await sink.trouble()
    await s.takeOver(sink, '2024-08-16')
    await s.has('2024-08-16  0 1', '2024-08-16 Compute 12 1')
  })

  test('stay where nothing of ours came, though a person said so', async () => {
    await s.others(theirs('2024-08-16'))
    const state = newState()
    await s.takeOver(await s.start({ state }), '2024-08-16')
    await s.stopAll()
    const again = await s.start({ state })
    await again.write(charge({ x_BillingDate: '2024-08-17' }))
    await seen(again)
    expect(s.totals()).toEqual(['2024-08-16 Theirs 100 1', '2024-08-17 Compute 12 1'])
    await again.write(charge())
    await s.has('2024-08-16 Compute 12 1', '2024-08-17 Compute 12 1')
  })

  test('stop the whole month with replace_drop, and nothing with sum', async () => {
    await s.others(theirs('2024-08-02'))
    const whole = await s.start({ operation: 'replace_drop' })
    await whole.write(charge())
    expect(await whole.trouble()).toContain('2024-08-02 in the USD stream')
    expect(s.totals()).toEqual(['2024-08-02 Theirs 100 1'])
    await s.stopAll()
    const adding = await s.start({ operation: 'sum' })
    await adding.write(charge(), charge({ x_BillingDate: '2024-08-02' }))
    await s.has('2024-08-02 Compute 12 1', '2024-08-02 Theirs 100 1', '2024-08-16 Compute 12 1')
  })
})

test('what CloudZero took and does not have is sent again', async () => {
  const sink = await s.start()
  // It answers that it has the drop, and a reader sees the month as it was, until it is asked often enough.
  s.simulator.faults.set({ staleRead: { times: 6, action: 'ReadBillingDrop' } })
  await sink.write(charge())
  await until(() => sink.troubles.some(trouble => trouble.includes('is not there as it was sent')))
  await until(() => !sink.troubles[0])
  expect(s.totals()).toEqual(['2024-08-16 Compute 12 1'])
})

test('another connection gets all that is known, and what it has is read first', async () => {
  const state = newState()
  const first = await s.start({ state })
  await first.write(charge(), charge({ x_BillingDate: '2024-08-02' }))
  await s.has('2024-08-02 Compute 12 1', '2024-08-16 Compute 12 1')
  await s.stopAll()
  await s.start({ state, connections: { USD: CNY } })
  await until(() => s.totals(CNY).join() === '2024-08-02 Compute 12 1,2024-08-16 Compute 12 1')
})

test('months long over are forgotten, and read back when they change once more', async () => {
  const state = newState()
  const first = await s.start({ state })
  await first.write(charge(), charge({ BilledCost: '1' }, { revision: 1, replaces: charge().id }))
  await seen(first)
  await s.stopAll()
  const second = await s.start({ state, clock: sleepingClock('2025-01-10T00:00:00Z') })
  const keys = async () => (await Array.fromAsync(state.scan('cloudzero/'))).map(([key]) => key)
  let left = await keys()
  await until(() => (void keys().then(now => (left = now)), left.length === 0))
  await second.write(charge({ BilledCost: '2' }))
  await s.has('2024-08-16 Compute 15 3')
})

test('what was replaced is remembered as long as its month', async () => {
  const state = newState()
  const wrong = charge({ x_BillingDate: '2024-08-02' })
  const first = await s.start({ state })
  const right = { x_BillingDate: '2024-08-02', BilledCost: '3' }
  await first.write(wrong, charge(right, { revision: 1, replaces: wrong.id }))
  await seen(first)
  await s.stopAll()
  const second = await s.start({ state, clock: sleepingClock('2024-12-25T00:00:00Z') })
  await second.write(charge())
  await seen(second)
  await second.write(wrong, charge({ BilledCost: '1' }))
  await s.has('2024-08-02 Compute 3 1', '2024-08-16 Compute 13 2')
})

test('that a charge was replaced is kept as long for an old day: it may come as late', async () => {
  const state = newState()
  const late = charge()
  const sink = await s.start({ state, clock: sleepingClock(LONG_AFTER.toISOString()) })
  await sink.write(charge({ BilledCost: '4' }, { revision: 1, replaces: late.id }))
  await s.has('2024-08-16 Compute 4 1')
  await prune(state, STREAM, LONG_AFTER)
  await sink.write(late, charge({ x_BillingDate: '2024-08-17' }))
  await s.has('2024-08-16 Compute 4 1', '2024-08-17 Compute 12 1')
})
