import { addDays } from './day.ts'
import { type DayRecord, isOnItsWay, type Ledger } from './ledger.ts'
import type { Schedule } from './schedule.ts'

/** A day without rows is asked for again this long: a bill may be late. */
const EMPTY_DAYS = 7

/** How far back the schedule goes on its own. */
export interface Reach {
  /** Days that were missed are pulled if they are among so many newest ones. */
  readonly catchUpDays: number
  /** So many of the newest days, and the months that are not closed, are read again; 0: none. */
  readonly resyncDays: number
}

export interface DueDays {
  /** What is to be read now, for the first time or again, oldest first. */
  readonly days: readonly string[]
  /** Days that were missed and lie too far back, oldest first. */
  readonly beyond: readonly string[]
}

/** What the ledger says is to be read, once a pull hour has passed or at a start. */
export async function dueDays(
  ledger: Ledger,
  schedule: Schedule,
  { catchUpDays, resyncDays }: Reach,
  now: Date,
): Promise<DueDays> {
  const newest = schedule.newestDue(now)
  const lastPull = schedule.dueAt(newest)
  const first = (await ledger.first()) ?? newest
  const known = new Map<string, DayRecord>()
  for await (const record of ledger.list()) known.set(record.day, record)
  const open = resyncDays > 0 ? openMonths(known.values()) : new Set<string>()

  const unread = ({ readAt, pulledAt }: DayRecord): boolean => {
    const read = new Date(readAt ?? pulledAt)
    // Not since the last pull, or by a clock that was ahead.
    return read < lastPull || read > now
  }
  const mayChange = (record: DayRecord): boolean =>
    resyncDays > 0 && (record.day > addDays(newest, -resyncDays) || open.has(monthOf(record.day)))
  const again = (record: DayRecord): boolean => {
    if (record.day > newest || !unread(record) || isOnItsWay(record)) return false
    if (record.state === 'empty') return mayChange(record) || record.day > addDays(newest, -EMPTY_DAYS)
    // A later revision waits for the earlier: what is on its way is not read again.
    return record.state === 'done' && !record.forgotten && mayChange(record)
  }

  const days: string[] = []
  const beyond: string[] = []
  const oldest = addDays(newest, 1 - catchUpDays)
  for (let day = first; day <= newest; day = addDays(day, 1)) {
    const state = known.get(day)?.state
    if (state === undefined || state === 'failed') (day < oldest ? beyond : days).push(day)
  }
  for (const record of known.values()) {
    const scheduled = record.state !== 'empty' || record.day >= first
    if (scheduled && again(record)) days.push(record.day)
  }
  return { days: days.toSorted(), beyond }
}

/** Months whose figures the provider may still change, as far as they can be compared. */
export function openMonths(records: Iterable<DayRecord>): Set<string> {
  const open = new Set<string>()
  for (const { day, rows, final, forgotten } of records) {
    if (rows > 0 && !final && !forgotten) open.add(monthOf(day))
  }
  return open
}

function monthOf(day: string): string {
  return day.slice(0, 7)
}
