import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addDays } from '../../src/billing/day.ts'
import { type Amounts, addAmount } from '../../src/billing/decimal.ts'
import { openLedger } from '../../src/billing/ledger.ts'
import type { CloudEvent } from '../../src/connector.ts'
import { Retryable } from '../../src/errors.ts'
import type { State } from '../../src/state/state.ts'
import { type Provider, provider, type Row } from '../support/bill.ts'
import { memoryState } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { runUntil } from './run.ts'

const DAY = '2024-05-05'

/** A receiver that knows only: all events, less those replaced. Zero amounts count for nothing. */
function received(events: readonly CloudEvent[]): string[] {
  const byId = new Map(events.map(event => [event.id, event]))
  const replaced = new Set(events.map(event => event['replaces']))
  return [...byId.values()]
    .filter(({ id, data }) => !replaced.has(id) && (data as Row).amount !== '0')
    .map(({ data }) => JSON.stringify(data))
    .toSorted()
}

const billed = (rows: readonly Row[]): string[] =>
  rows
    .filter(({ amount }) => amount !== '0')
    .map(({ service, amount }) => JSON.stringify({ service, amount }))
    .toSorted()

/** How many events a change takes at the least: of each key, as many as the longer of what is gone and what is new. */
function changesOf(before: readonly Row[], after: readonly Row[]): number {
  const services = new Set([...before, ...after].map(({ service }) => service))
  const left = (rows: readonly Row[], others: readonly Row[], service: string): number => {
    const amounts = others.filter(row => row.service === service).map(({ amount }) => amount)
    return rows.filter(row => {
      const found = row.service === service ? amounts.indexOf(row.amount) : -1
      if (found >= 0) amounts.splice(found, 1)
      return row.service === service && found < 0
    }).length
  }
  return [...services].reduce(
    (sum, service) => sum + Math.max(left(before, after, service), left(after, before, service)),
    0,
  )
}

/** Reads `DAY` at successive pulls, a day apart, each time as the provider shows it then. */
async function read(readings: readonly (readonly Row[])[], options: Partial<Steps> = {}) {
  const { state = memoryState(), sink = memorySink(), config = { resync_days: 60 } } = options
  const bill = options.provider ?? provider()
  for (const [index, rows] of readings.entries()) {
    const day = addDays(DAY, 1 + index + (options.skip ?? 0))
    bill.days[DAY] = rows
    await runUntil({
      provider: bill,
      state,
      sink,
      start: `${day}T03:00:00Z`,
      until: `${day}T04:00:00Z`,
      config,
      daysPerRequest: 31,
    })
  }
  return { state, sink, bill, ledger: openLedger(state, '42', '') }
}

interface Steps {
  readonly state: State
  readonly sink: ReturnType<typeof memorySink>
  readonly config: object
  readonly provider: Provider
  /** Days that passed before the first reading. */
  readonly skip: number
}

const a = (amount: string): Row => ({ service: 'a', amount })
const b = (amount: string): Row => ({ service: 'b', amount })

describe('a day that the provider changes', () => {
  test('is sent as the next revision: what changed, with the id that it replaces', async () => {
    const { sink, ledger } = await read([
      [a('1'), b('2')],
      [a('1'), b('3')],
    ])
    const [first, second, third] = sink.safe
    expect(sink.safe).toHaveLength(3)
    expect(first).not.toHaveProperty('revision')
    expect(third).toEqual({
      ...second,
      id: expect.any(String),
      time: '2024-05-07T03:00:00.000Z',
      revision: 1,
      replaces: second?.id,
      data: b('3'),
    })
    expect(await ledger.get(DAY)).toMatchObject({
      state: 'done',
      revision: 1,
      rows: 2,
      events: 1,
      amounts: { USD: '4' },
    })
  })

  test('from A to B and back to A is three ids', async () => {
    const { sink } = await read([[a('1')], [a('2')], [a('1')]])
    expect(new Set(sink.safe.map(({ id }) => id)).size).toBe(3)
    expect(sink.safe.map(event => event['replaces'])).toEqual([undefined, sink.safe[0]?.id, sink.safe[1]?.id])
    expect(received(sink.safe)).toEqual(billed([a('1')]))
  })

  test('a row that vanishes is sent with zero amounts; where it comes back it replaces nothing', async () => {
    const { sink, ledger } = await read([[a('1'), b('2')], [a('1')], [a('1'), b('2')]])
    const [, row, zero, back] = sink.safe
    expect(zero).toMatchObject({ revision: 1, replaces: row?.id, data: b('0') })
    expect(back).toMatchObject({ revision: 2, data: b('2') })
    expect(back).not.toHaveProperty('replaces')
    expect(await ledger.get(DAY)).toMatchObject({ revision: 2, rows: 2 })
  })

  test('all of whose rows vanish is still read again', async () => {
    const { sink, ledger } = await read([[a('1'), a('1')], [], [a('1')]])
    expect(received(sink.safe)).toEqual(billed([a('1')]))
    expect(await ledger.get(DAY)).toMatchObject({ state: 'done', revision: 2, rows: 1 })
  })

  test('where nothing changed, nothing is sent and the revision stays; what became final is noted', async () => {
    const bill = provider()
    bill.final = false
    const { state, sink, ledger } = await read([[a('1')], [a('1.0')]], { provider: bill })
    expect(sink.safe).toHaveLength(1)
    expect(await ledger.get(DAY)).toMatchObject({ revision: 0, final: false, state: 'done' })
    bill.final = true
    await read([[a('1')]], { provider: bill, state, sink, skip: 2 })
    expect(sink.safe).toHaveLength(1)
    expect(await ledger.get(DAY)).toMatchObject({ revision: 0, final: true })
  })

  test('any readings of any rows: all events, less those replaced, are the bill', async () => {
    const row = fc.record({
      service: fc.constantFrom('a', 'b', '\u{1F600}', '\uFF5E'),
      amount: fc.constantFrom('0', '1', '2', '3'),
    })
    const readings = fc.array(fc.array(row, { maxLength: 6 }), { minLength: 2, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), readings, async (first, later) => {
        const all = [first, ...later]
        const state = memoryState()
        const sink = memorySink()
        for (const [index, rows] of all.entries()) {
          const before = sink.safe.length
          const { ledger } = await read([rows], { state, sink, skip: index })
          expect(received(sink.safe)).toEqual(billed(rows))
          expect(sink.safe.length - before).toBe(changesOf(all[index - 1] ?? [], rows))
          const sums = rows.reduce<Amounts>((sum, { amount }) => addAmount(sum, 'USD', amount), {})
          expect(await ledger.get(DAY)).toMatchObject({ state: 'done', rows: rows.length, amounts: sums })
        }
        expect(new Set(sink.safe.map(({ id }) => id)).size).toBe(sink.safe.length)
      }),
      { numRuns: 40 },
    )
  })

  test('a crash at any write, or a sink that fails, loses no change and sends none under another id', async () => {
    const row = fc.record({ service: fc.constantFrom('a', 'b', 'c'), amount: fc.constantFrom('1', '2', '3') })
    const rows = fc.array(row, { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(rows, rows), { minLength: 2, maxLength: 4 }),
        fc.infiniteStream(fc.nat(6)),
        async (readings, crashes) => {
          const state = memoryState()
          await openLedger(state, '42', '').setFirst(DAY)
          const sink = memorySink((events, attempt) =>
            attempt % 3 === 0 ? { unsent: events.slice(1), because: new Retryable('down') } : undefined,
          )
          for (const [index, [lost, reading]] of readings.entries()) {
            // What a crash leaves behind is of another reading than the next one.
            const crashed = dyingState(state, crashes.next().value)
            await read([lost], { state: crashed, sink, skip: 3 * index })
            // What was left to deliver is delivered first, and read again at the next pull.
            await read([reading, reading], { state, sink, skip: 3 * index + 1 })
            expect(received(sink.safe)).toEqual(billed(reading))
          }
          const contents = Map.groupBy(sink.safe, ({ id }) => id)
          for (const same of contents.values()) for (const event of same) expect(event).toEqual(same[0])
        },
      ),
      { numRuns: 40 },
    )
  })
})

/** A state that takes so many writes and then none: as after a crash, what was written before stays. */
function dyingState(state: State, writes: number): State {
  let left = writes
  const counted = async <T>(write: () => Promise<T>): Promise<T> => {
    left -= 1
    if (left < 0) throw new Retryable('crashed')
    return write()
  }
  return {
    ...state,
    set: (key, value) => counted(() => state.set(key, value)),
    delete: key => counted(() => state.delete(key)),
    transaction: work => counted(() => state.transaction(work)),
  }
}
