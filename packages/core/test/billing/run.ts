import type { Meter } from '@opentelemetry/api'
import type { DailyBill, MonthTotals } from '../../src/billing/daily.ts'
import { dailySource } from '../../src/billing/daily-source.ts'
import { openLedger } from '../../src/billing/ledger.ts'
import { connect } from '../../src/connect/connect.ts'
import type { Sink } from '../../src/connector.ts'
import type { State } from '../../src/state/state.ts'
import { createStatus, type StatusCell } from '../../src/status.ts'
import { billOf, type Provider } from '../support/bill.ts'
import { jumpingClock } from '../support/clock.ts'
import { memoryState, testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'

export interface Run {
  readonly provider: Provider
  readonly state?: State
  readonly sink?: Sink
  readonly start: string
  /** Runs until the clock passes this instant. */
  readonly until: string
  readonly daysPerRequest?: number
  readonly zone?: string
  readonly config?: object
  readonly meter?: Meter
  readonly status?: StatusCell
  /** Told when it is time, before it stops. */
  readonly atEnd?: () => Promise<void>
  /** Told the first day of each fetch, before it. */
  readonly onFetch?: (from: string) => void
  /** The provider's totals of a month; it has none if left out. */
  readonly monthTotals?: (month: string) => Promise<MonthTotals>
  readonly stamp?: DailyBill['stamp']
  /** What is logged as a warning. */
  readonly warnings?: unknown[]
  /** Whether a reading that failed starts again; else its error is thrown. */
  readonly restart?: boolean
}

/** Runs a source on a clock that jumps, until an instant. */
export async function runUntil({
  provider,
  state = memoryState(),
  sink = memorySink(),
  start,
  until,
  daysPerRequest = 1,
  zone = 'UTC',
  config = {},
  warnings = [],
  restart = true,
  meter,
  status,
  atEnd,
  onFetch,
  monthTotals,
  stamp,
}: Run) {
  const clock = jumpingClock(start)
  const stop = new AbortController()
  const sleep = clock.sleep.bind(clock)
  const watched = {
    ...clock,
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (clock.now() >= new Date(until)) {
        await atEnd?.()
        stop.abort()
      }
      await sleep(ms, signal)
    },
  }
  const side = testSide(
    watched,
    { pull_hour: 2, pull_zone: 'UTC', catch_up_days: 31, resync_days: 0, ...config },
    state,
    meter,
  )
  const log = Object.assign(Object.create(side.log) as typeof side.log, {
    warn: (...said: unknown[]) => void warnings.push(said),
  })
  const source = { ...side, log }
  const daily = billOf(provider, { daysPerRequest, zone })
  const bill = {
    ...daily,
    fetch(...asked: Parameters<typeof daily.fetch>) {
      onFetch?.(asked[0])
      return daily.fetch(...asked)
    },
    zero: (data: object) => ({ ...data, amount: '0' }),
    ...(monthTotals && { monthTotals }),
    ...(stamp && { stamp }),
  }
  await connect(dailySource(bill), source, sink, side, {
    attempts: 3,
    status: status ?? createStatus('test', clock.now),
    stop: stop.signal,
    abandon: stop.signal,
    restart,
    random: () => 0.5,
  })
  return { state, ledger: openLedger(state, '42', '') }
}
