import { describe, expect, test } from '@jest/globals'
import { newState, seen, setting, theirs } from './setting.ts'
import { charge, until, USD } from './support.ts'

const s = setting()

describe('another operation than before', () => {
  test.each([
    ['sum', 'replace_hourly', '2024-08-16'],
    ['replace_hourly', 'replace_drop', '2024-08-02'],
    ['sum', 'replace_drop', '2024-08-02'],
  ] as const)('%s, then %s: rows of others are not wiped out', async (before, after, day) => {
    await s.others(theirs(day))
    const state = newState()
    const first = await s.start({ operation: before, state })
    await first.write(charge())
    await seen(first)
    await s.stopAll()
    const both = s.totals()
    const second = await s.start({ operation: after, state })
    await second.write(charge({ BilledCost: '1' }))
    expect(await second.trouble()).toContain(
      `${day} in the USD stream ${USD} has 1 row that somebody else wrote`,
    )
    expect(s.totals()).toEqual(both)
  })

  test('and a lost volume: what `sum` took back is not there', async () => {
    const first = await s.start({ operation: 'sum' })
    const wrong = charge()
    await first.write(wrong)
    await seen(first)
    await first.write(charge({ BilledCost: '15' }, { revision: 1, replaces: wrong.id }))
    await seen(first, 2)
    await s.stopAll()
    const second = await s.start({ state: newState() })
    await second.write(charge({ BilledCost: '1' }))
    await seen(second)
    expect(s.totals()[0]).toMatch(/^2024-08-16 Compute 16 /)
  })
})

describe('replace_drop', () => {
  test('sends the month in one body, and says where it does not fit', async () => {
    const sink = await s.start({
      operation: 'replace_drop',
      flush: { quiet: 60, max_age: 900, max_bytes: 1600 },
    })
    await sink.write(charge(), charge({ x_BillingDate: '2024-08-02' }))
    await s.has('2024-08-02 Compute 12 1', '2024-08-16 Compute 12 1')
    await sink.write(...Array.from({ length: 5 }, () => charge()))
    expect(await sink.trouble()).toContain(
      '2024-08 takes more than the 1600 bytes of one request, and replace_drop sends a month whole; set operation to replace_hourly',
    )
    expect(s.totals()).toEqual(['2024-08-02 Compute 12 1', '2024-08-16 Compute 12 1'])
  })

  test('of a month that CloudZero finds too large makes no other month too large', async () => {
    s.simulator.faults.set({ maxBody: 3000 })
    const sink = await s.start({ operation: 'replace_drop' })
    await sink.write(...Array.from({ length: 12 }, () => charge({ x_BillingDate: '2024-07-03' })))
    expect(await sink.trouble()).toMatch(/^2024-07 takes more than the \d+ bytes of one request/)
    await sink.write(...Array.from({ length: 6 }, () => charge()))
    await s.has('2024-08-16 Compute 72 6')
  })
})

describe('sum', () => {
  test('adds differences only, whatever happens to an answer', async () => {
    const sink = await s.start({ operation: 'sum' })
    const first = charge({ ListCost: '20', ConsumedQuantity: '5', ConsumedUnit: 'h' })
    await sink.write(first, charge({ BilledCost: '1' }))
    await s.has('2024-08-16 Compute 13 2')
    s.simulator.faults.set({ lost: 2, errorAfter: { times: 1, after: 1, action: 'CreateBillingDrop' } })
    await sink.write(charge({ BilledCost: '10', ListCost: '10' }, { revision: 1, replaces: first.id }))
    await until(() => s.totals()[0]?.startsWith('2024-08-16 Compute 11 ') === true)
    await until(() => !sink.troubles[0])
    expect(s.totals()[0]).toMatch(/^2024-08-16 Compute 11 /)
    const back = s.simulator.rows(USD, '2024-08').filter(row => row['lineitem/id'] === first.id)
    expect(back.map(row => [row['cost/cost'], row['cost/on_demand_cost'], row['usage/amount']])).toEqual([
      ['12', '20', '5'],
      ['-12', '-20', undefined],
    ])
  })

  test('that was added in part is read again before more is added', async () => {
    let requests = 0
    const door = await s.before(({ method, path }, ask) =>
      method === 'POST' && path.endsWith('billing_drops') && (requests += 1) === 2
        ? { status: 413, body: '{}' }
        : ask(),
    )
    const flush = { quiet: 60, max_age: 900, max_bytes: 2000 }
    const sink = await s.start({ operation: 'sum', flush }, door)
    await sink.write(
      ...Array.from({ length: 12 }, () => charge({ ConsumedQuantity: '1', ConsumedUnit: 'h' })),
    )
    await seen(sink)
    expect(s.totals()).toEqual(['2024-08-16 Compute 144 12'])
  })

  test('is no trouble where more arrives while it is read back', async () => {
    let arriving: Promise<unknown> | undefined
    const door = await s.before(async ({ method, path }, ask) => {
      const answer = await ask()
      if (method === 'POST' && path.endsWith('billing_drops')) {
        arriving ??= sink.write(charge({ BilledCost: '1' }))
        await arriving
      }
      return answer
    })
    const sink = await s.start({ operation: 'sum' }, door)
    await sink.write(charge())
    await s.has('2024-08-16 Compute 13 2')
    await seen(sink, 2)
    expect(sink.troubles.filter(Boolean)).toEqual([])
  })
})
