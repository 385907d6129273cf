import type { Static, TSchema } from 'typebox'
import type { Batch, Context } from '../connector.ts'
import { AuthError, ConfigError, describeError, Throttled } from '../errors.ts'
import { StateError } from '../state/state-error.ts'
import type { DailyBill } from './daily.ts'
import { addDays } from './day.ts'
import { deliverDay } from './deliver.ts'
import type { DayRecord } from './ledger.ts'
import type { OpenBill } from './open-bill.ts'
import { pullDays } from './pull.ts'
import { type DayRange, rangesOf } from './ranges.ts'
import type { Schedule } from './schedule.ts'

/** A sleeping machine or a clock that was set must not delay a pull by more than this. */
const WAIT_MS = 60_000
/** A day without rows is asked for again this long: a bill may be late. */
const EMPTY_DAYS = 7

/** For ever: pulls what is due and missing, delivers what is spooled, waits for the next pull. */
export async function* readDueDays<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  open: OpenBill,
  schedule: Schedule,
  context: Context<Static<S>>,
): AsyncGenerator<Batch> {
  const { clock, signal, log } = context
  const { ledger, spool } = open
  if ((await ledger.first()) === undefined) {
    const first = schedule.newestDue(clock.now())
    await ledger.setFirst(first)
    log.info({ day: first }, 'first start: this is the first billing day of the schedule')
  }
  yield* deliverSpooled(open)
  for (;;) {
    const now = clock.now()
    const newest = schedule.newestDue(now)
    const missing = await missingDays(open, newest, { now, lastPull: schedule.dueAt(newest) })
    yield* pullAndDeliver(bill, open, rangesOf(missing, bill.requests?.days ?? 1), context)
    // All is caught up: after an error this says that the source runs again.
    yield { events: [] }
    await spool.clearBefore(await firstKept(open, newest))
    // The one after `now`: it may have passed while days were pulled and delivered.
    await waitForPull(schedule.nextPull(now), context)
    signal.throwIfAborted()
  }
}

/** Days that a crash, a stop or a release left in the spool, of the schedule or of a backfill. */
export async function* deliverSpooled(open: OpenBill): AsyncGenerator<Batch> {
  const spooled: DayRecord[] = []
  for await (const record of open.ledger.list()) if (record.state === 'spooled') spooled.push(record)
  for (const record of spooled) yield* deliverDay(record, open)
}

/** The days from the first scheduled one to `newest` that the ledger lacks, oldest first. */
async function missingDays(
  { ledger }: OpenBill,
  newest: string,
  { now, lastPull }: { now: Date; lastPull: Date },
): Promise<string[]> {
  const first = (await ledger.first()) ?? newest
  const known = new Map<string, DayRecord>()
  for await (const record of ledger.list(first)) known.set(record.day, record)
  const missing: string[] = []
  for (let day = first; day <= newest; day = addDays(day, 1)) {
    const record = known.get(day)
    const asked = new Date(record?.pulledAt ?? now)
    const askAgain =
      record?.state === 'empty' &&
      day > addDays(newest, -EMPTY_DAYS) &&
      // Not since the last pull, or by a clock that was ahead.
      (asked < lastPull || asked > now)
    if (!record || record.state === 'failed' || askAgain) missing.push(day)
  }
  return missing
}

/**
 * Pulls ranges one after the other. Where one fails, its days are tried alone, so that a bad day does not hold up
 * the others; what failed at last is thrown at the end, for the runtime to try again with growing waits.
 */
export async function* pullAndDeliver<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  open: OpenBill,
  ranges: readonly DayRange[],
  context: Context<Static<S>>,
): AsyncGenerator<Batch> {
  const queue = [...ranges]
  let failure: unknown
  for (let range = queue.shift(); range; range = queue.shift()) {
    let records: readonly DayRecord[] = []
    try {
      records = await pullDays(bill, open, range, context)
    } catch (error) {
      if (stops(error) || context.signal.aborted) throw error
      if (range.from !== range.to) {
        context.log.warn({ ...range, reason: describeError(error) }, 'the days are tried one by one')
        queue.unshift(...rangesOf(range.days, 1))
        continue
      }
      failure ??= error
      await markFailed(open, range.from, error, context)
    }
    for (const record of records) {
      const { day, rows, amounts, final } = record
      context.log.info(
        { day, rows, amounts, final },
        rows > 0 ? 'pulled' : 'pulled: the bill has no rows yet',
      )
      if (rows > 0) yield* deliverDay(record, open)
    }
  }
  if (failure !== undefined) throw failure
}

/** Errors that the next day would meet as well. */
function stops(error: unknown): boolean {
  return [AuthError, ConfigError, StateError, Throttled].some(kind => error instanceof kind)
}

async function markFailed(
  { ledger, clock }: OpenBill,
  day: string,
  error: unknown,
  { log }: Context,
): Promise<void> {
  const reason = describeError(error)
  log.warn({ day, reason }, 'the day could not be pulled; it will be tried again')
  const pulledAt = clock.now().toISOString()
  await ledger.set({
    day,
    state: 'failed',
    revision: 0,
    rows: 0,
    amounts: {},
    final: false,
    pulledAt,
    error: reason,
  })
}

/**
 * Rows are kept while their month may still change: that of the newest day, and the month before. Those that are
 * not delivered yet, of an old day too.
 */
async function firstKept({ ledger }: OpenBill, newest: string): Promise<string> {
  const lastOfMonthBefore = addDays(`${newest.slice(0, 7)}-01`, -1)
  const firstOfMonthBefore = `${lastOfMonthBefore.slice(0, 7)}-01`
  for await (const { day, state } of ledger.list()) {
    if (day >= firstOfMonthBefore) break
    if (state === 'spooled') return day
  }
  return firstOfMonthBefore
}

async function waitForPull(next: Date, { clock, signal, log }: Context): Promise<void> {
  let now = clock.now()
  if (now < next) log.info({ next: next.toISOString() }, 'waiting for the next pull')
  // The clock is read again at least once a minute.
  while (now < next) {
    await clock.sleep(Math.min(WAIT_MS, next.getTime() - now.getTime()), signal)
    const before = now
    now = clock.now()
    // It was set back: what is next is another pull now.
    if (now < before) return
  }
}
