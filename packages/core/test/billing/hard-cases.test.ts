import { describe, expect, test } from '@jest/globals'
import type { DailyBill } from '../../src/billing/daily.ts'
import { dailySource } from '../../src/billing/daily-source.ts'
import { daysBetween } from '../../src/billing/day.ts'
import { type DayRecord, openLedger } from '../../src/billing/ledger.ts'
import { openSpool, spoolRow } from '../../src/billing/spool.ts'
import { connect } from '../../src/connect/connect.ts'
import type { Sink, Source } from '../../src/connector.ts'
import { Retryable } from '../../src/errors.ts'
import { createStatus } from '../../src/status.ts'
import { billOf, provider, type Row } from '../support/bill.ts'
import { jumpingClock } from '../support/clock.ts'
import { memoryState, testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'

const CONFIG = { pull_hour: 2, pull_zone: 'UTC', catch_up_days: 31 }

function setUp(bill: DailyBill<never, Row>, sink: Sink, now = '2024-05-15T12:00:00Z') {
  const state = memoryState()
  const ledger = openLedger(state, '42', '')
  const clock = jumpingClock(now)
  const stop = new AbortController()
  const side = testSide(clock, CONFIG, state)
  const source = dailySource(bill as never) as unknown as Source
  const run = (): Promise<void> =>
    connect(source, side, sink, side, {
      attempts: 1,
      status: createStatus('test', clock.now),
      stop: stop.signal,
      abandon: new AbortController().signal,
      restart: true,
      random: () => 1,
    })
  return { state, ledger, clock, stop, run }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let n = 0; n < 2000; n += 1) {
    if (await condition()) return true
    await new Promise(resolve => setImmediate(resolve))
  }
  return false
}

describe('a daily source', () => {
  test.each([1, 8])(
    'keeps the rows of an old day in the spool until they are delivered (%i at once)',
    async concurrency => {
      let down = true
      const sink = memorySink(async events => {
        await new Promise(resolve => setImmediate(resolve))
        if (down && events.length > 0) throw new Retryable('down')
        return undefined
      }, concurrency)
      const { state, ledger, run, stop } = setUp(billOf(provider()), sink)
      // A backfill of an old day was interrupted, the schedule has nothing to do.
      const old = '2023-01-05'
      const writer = openSpool(state, ledger.id).write()
      await writer.add(old, 0, spoolRow(['a'], { source: 's', type: 't', data: { amount: '1' } }))
      await writer.close()
      const known: Omit<DayRecord, 'day' | 'state' | 'rows'> = {
        revision: 0,
        amounts: { USD: '1' },
        final: true,
        pulledAt: '2024-05-15T11:00:00.000Z',
      }
      await ledger.set({ ...known, day: old, state: 'spooled', rows: 1 })
      await ledger.set({ ...known, day: '2024-05-14', state: 'done', rows: 1 })
      await ledger.setFirst('2024-05-14')

      const ended = run()
      for (let n = 0; n < 200; n += 1) await new Promise(resolve => setImmediate(resolve))
      down = false
      const done = await until(async () => (await ledger.get(old))?.state === 'done')
      stop.abort()
      await ended
      expect(done).toBe(true)
      expect(sink.safe.length).toBeGreaterThan(0)
    },
  )

  test('a fetch that ends quietly when it is told to stop leaves no half day', async () => {
    const p = provider({
      '2024-05-14': [
        { service: 'a', amount: '1' },
        { service: 'b', amount: '2' },
      ],
    })
    const bill = billOf(p)
    const { ledger, run, stop } = setUp(
      {
        ...bill,
        async *fetch(from, to, context) {
          for await (const row of bill.fetch(from, to, context)) {
            if (context.signal.aborted) return
            yield row
            stop.abort()
          }
        },
      },
      memorySink(),
    )
    await run()
    expect(await ledger.get('2024-05-14')).toBeUndefined()
  })

  test('a day that falls due while others are delivered is pulled at once', async () => {
    const days = daysBetween('2024-05-10', '2024-05-14')
    const p = provider(Object.fromEntries(days.map(day => [day, [{ service: 'a', amount: '1' }]])))
    let deliveredAt = ''
    const sink = memorySink(events => {
      // The first day takes from 01:30 to 02:30.
      if (events.some(({ data }) => (data as Row).service === 'a') && deliveredAt === '') {
        clock.set('2024-05-15T02:30:00Z')
        deliveredAt = 'late'
      }
      return undefined
    })
    const { ledger, run, stop, clock } = setUp(billOf(p), sink, '2024-05-15T01:30:00Z')
    const ended = run()
    await until(async () => (await ledger.get('2024-05-14')) !== undefined)
    stop.abort()
    await ended
    expect((await ledger.get('2024-05-14'))?.pulledAt.slice(0, 13)).toBe('2024-05-15T02')
  })

  test('a clock that was ahead for a while puts off no pull', async () => {
    const { ledger, run, stop, clock } = setUp(billOf(provider()), memorySink())
    const { sleep } = clock
    let ahead = 0
    clock.sleep = async (ms, signal) => {
      await sleep(ms, signal)
      if (clock.slept.length < 3 || ahead > 2) return
      ahead += 1
      clock.set(ahead === 3 ? '2024-05-15T12:10:00Z' : '2024-06-15T12:00:00Z')
    }
    const ended = run()
    const pulledAt = async (day: string): Promise<string> => (await ledger.get(day))?.pulledAt ?? 'never'
    const asked = await until(async () => (await pulledAt('2024-05-14')).startsWith('2024-05-16T02'))
    const askedNext = await until(async () => (await pulledAt('2024-05-15')).startsWith('2024-05-16T02'))
    stop.abort()
    await ended
    expect([asked, askedNext]).toEqual([true, true])
  })

  test('after a stop no more than what is under way is sent of a long day', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => ({ service: `s${n}`, amount: '1' }))
    const sink = memorySink(async () => {
      await new Promise(resolve => setImmediate(resolve))
      return undefined
    }, 8)
    const { run, stop } = setUp(billOf(provider({ '2024-05-14': rows })), sink)
    const ended = run()
    await until(() => sink.safe.length > 500)
    stop.abort()
    const before = sink.safe.length
    await ended
    expect(sink.safe.length - before).toBeLessThanOrEqual(900)
  })
})
