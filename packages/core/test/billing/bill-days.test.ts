import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { BillDay, BillDays } from '../../src/billing/bill-days.ts'
import { dailySource } from '../../src/billing/daily-source.ts'
import { addDays } from '../../src/billing/day.ts'
import { openLedger } from '../../src/billing/ledger.ts'
import { openSpool } from '../../src/billing/spool.ts'
import type { CloudEvent } from '../../src/connector.ts'
import { Retryable, UsageError } from '../../src/errors.ts'
import { openScratchStore } from '../../src/state/memory.ts'
import type { State } from '../../src/state/state.ts'
import { billOf, type Provider, provider, type Row } from '../support/bill.ts'
import { jumpingClock } from '../support/clock.ts'
import { memoryState, testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { runUntil } from './run.ts'

const DAY = '2024-05-05'
const a = (amount: string): Row => ({ service: 'a', amount })
const b = (amount: string): Row => ({ service: 'b', amount })

async function daysOf(
  bill: Provider,
  state: State,
  [from, to]: readonly [string, string],
  daysPerRequest = 1,
): Promise<BillDays> {
  const context = {
    ...testSide(jumpingClock('2024-06-01T12:00:00Z'), {}, state),
    signal: new AbortController().signal,
    refuse: async () => undefined,
  }
  const source = dailySource(billOf(bill, { daysPerRequest }))
  return source.days?.(context as never, { from, to }) as Promise<BillDays>
}

async function eventsOf(day: BillDay | undefined): Promise<CloudEvent[]> {
  const events: CloudEvent[] = []
  for await (const event of day?.events() ?? []) events.push(event)
  return events
}

const byId = (events: readonly CloudEvent[]): CloudEvent[] =>
  events.toSorted((one, other) => (one.id < other.id ? -1 : 1))

/** Pulls a day at successive dates, each time as the provider shows it then. */
async function pulled(readings: readonly (readonly Row[])[]) {
  const [bill, state, sink] = [provider(), memoryState(), memorySink()]
  for (const [index, rows] of readings.entries()) {
    const day = addDays(DAY, 1 + index)
    bill.days[DAY] = rows
    const [start, until] = [`${day}T03:00:00Z`, `${day}T04:00:00Z`]
    await runUntil({
      provider: bill,
      state,
      sink,
      start,
      until,
      config: { resync_days: 60 },
      daysPerRequest: 31,
    })
  }
  return { bill, state, sink }
}

const asked = ({ asked }: Provider): number => asked.length

describe('a day that the ledger keeps', () => {
  test('is read as it was delivered, and nobody is asked', async () => {
    const { bill, state, sink } = await pulled([[b('2'), a('1'), a('1')]])
    const before = asked(bill)
    const { kept, missing, account, zone } = await daysOf(bill, state, [DAY, DAY])
    expect({ account, zone, missing }).toEqual({ account: '42', zone: 'UTC', missing: [] })
    expect(kept).toMatchObject([{ day: DAY, rows: 3, final: true, readAt: '2024-05-06T03:00:00.000Z' }])
    expect(await eventsOf(kept[0])).toEqual(sink.safe)
    expect(asked(bill)).toBe(before)
  })

  test('after any changes: the events that were delivered, less those replaced or taken back', async () => {
    const row = fc.record({
      service: fc.constantFrom('a', 'b', '\u{1F600}', '\uFF5E'),
      amount: fc.constantFrom('1', '2', '3'),
    })
    const reading = fc.array(row, { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.array(reading, { minLength: 2, maxLength: 5 }), async readings => {
        const { bill, state, sink } = await pulled(readings)
        const replaced = new Set(sink.safe.map(event => event['replaces']))
        const live = sink.safe.filter(({ id, data }) => !replaced.has(id) && (data as Row).amount !== '0')
        const { kept } = await daysOf(bill, state, [DAY, DAY])
        expect(byId(await eventsOf(kept[0]))).toEqual(byId(live))
      }),
      { numRuns: 40 },
    )
  })

  test('that is empty is known to be so; one that failed is not kept, nor one whose rows are gone', async () => {
    const { bill, state } = await pulled([[a('1')], [a('1')], [a('1')]])
    const ledger = openLedger(state, '42', '')
    const record = await ledger.get('2024-05-06')
    expect(record?.state).toBe('empty')
    await ledger.set({ ...record, day: '2024-05-04', state: 'failed' } as never)
    await ledger.set({ ...(await ledger.get(DAY)), day: '2024-05-03', forgotten: true } as never)
    const { kept, missing } = await daysOf(bill, state, ['2024-05-02', '2024-05-06'], 31)
    expect(kept).toMatchObject([
      { day: DAY, rows: 1 },
      { day: '2024-05-06', rows: 0, final: false },
    ])
    expect(await eventsOf(kept[1])).toEqual([])
    expect(missing.map(({ from, to }) => [from, to])).toEqual([['2024-05-02', '2024-05-04']])
  })

  test('whose rows go away while it is read is an error, never half a day', async () => {
    const { bill, state } = await pulled([[a('1'), b('2')]])
    const { kept } = await daysOf(bill, state, [DAY, DAY])
    await openSpool(state, openLedger(state, '42', '').id).clear(DAY)
    await expect(eventsOf(kept[0])).rejects.toThrow(Retryable)
  })
})

describe('a day that the ledger lacks', () => {
  const rows = { [DAY]: [b('2'), a('1'), a('1')], '2024-05-07': [a('5.2E-9')] }

  test('is fetched whole, as a pull would send it, and the ledger does not hear of it', async () => {
    const [bill, state, scratch] = [provider(rows), memoryState(), memoryState()]
    const { kept, missing, fetch } = await daysOf(bill, state, [DAY, '2024-05-07'], 31)
    expect(kept).toEqual([])
    expect(missing).toHaveLength(1)
    const days = await fetch(missing[0] as never, scratch)
    expect(days).toMatchObject([{ day: DAY, rows: 3 }, { rows: 0 }, { day: '2024-05-07', rows: 1 }])
    expect(bill.asked).toEqual([`${DAY}..2024-05-07`])
    const entries: unknown[] = []
    for await (const entry of state.scan('')) entries.push(entry)
    expect(entries).toEqual([])

    const { sink } = await pulled([rows[DAY] ?? []])
    const untimed = ({ time: _, ...event }: CloudEvent) => event
    expect((await eventsOf(days[0])).map(untimed)).toEqual(sink.safe.map(untimed))
  })

  test('that cannot be read is an error', async () => {
    const bill = provider(rows)
    bill.errors[DAY] = () => new Retryable('down')
    const { missing, fetch } = await daysOf(bill, memoryState(), [DAY, DAY])
    await expect(fetch(missing[0] as never, memoryState())).rejects.toThrow('down')
  })

  test('and is not over has no bill', async () => {
    await expect(daysOf(provider(), memoryState(), [DAY, '2024-06-01'])).rejects.toThrow(UsageError)
  })
})

test('a scratch store has no file to be left behind, and holds as much as another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'billow-scratch-'))
  const store = openScratchStore(folder)
  expect(readdirSync(folder)).toEqual([])
  const state = store.open('x')
  const value = 'x'.repeat(1 << 16)
  for (let chunk = 0; chunk < 10; chunk += 1) {
    await state.transaction(async keys => {
      for (let n = 0; n < 100; n += 1) await keys.set(`k/${chunk}/${n}`, value + n)
    })
  }
  let found = 0
  for await (const [key, text] of state.scan('k/')) found += text === value + key.split('/')[2] ? 1 : 0
  expect(found).toBe(1000)
  await store.close()
  expect(existsSync(folder) && readdirSync(folder)).toEqual([])
})
