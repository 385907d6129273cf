import type { BatchObservableCallback, Meter } from '@opentelemetry/api'
import { dayRange } from '../billing/day.ts'
import { stateOf } from '../billing/days-command.ts'
import type { Ledger } from '../billing/ledger.ts'
import type { Schedule } from '../billing/schedule.ts'
import type { Clock } from '../clock.ts'
import { label } from './label.ts'
import { keepObserver } from './lasting.ts'
import { METRICS, named } from './metrics.ts'

const COMPLETE = new Set(['done', 'provisional', 'empty'])
const DAY_MS = 86_400_000
const stateLabel = label('state')

export interface Watched {
  readonly ledger: Ledger
  readonly schedule: Schedule
  /** Of the billing days. */
  readonly zone: string
  readonly clock: Clock
}

/** Shows what the ledger knows, read anew each time; also while the source waits to be read again. */
export function observeBill(meter: Meter, { ledger, schedule, zone, clock }: Watched): void {
  const age = meter.createObservableGauge(...named(METRICS.newestDayAge))
  const days = meter.createObservableGauge(...named(METRICS.days))
  const look: BatchObservableCallback = async result => {
    const now = clock.now()
    const newest = schedule.newestDue(now)
    const first = (await ledger.first()) ?? newest
    const counts = new Map(['done', 'provisional', 'empty', 'spooled', 'failed'].map(state => [state, 0]))
    let missing = first > newest ? 0 : (Date.parse(newest) - Date.parse(first)) / DAY_MS + 1
    let complete: string | undefined
    for await (const record of ledger.list()) {
      const state = stateOf(record)
      counts.set(state, (counts.get(state) ?? 0) + 1)
      if (record.day >= first && record.day <= newest) missing -= 1
      if (COMPLETE.has(state)) complete = record.day
    }
    const since = complete === undefined ? dayRange(first, zone).from : dayRange(complete, zone).to
    result.observe(age, (now.getTime() - since.getTime()) / 1000)
    for (const [state, count] of counts) result.observe(days, count, stateLabel(state))
    result.observe(days, missing, stateLabel('missing'))
  }
  meter.addBatchObservableCallback(look, [age, days])
  keepObserver(meter, 'bill', () => meter.removeBatchObservableCallback(look, [age, days]))
}
