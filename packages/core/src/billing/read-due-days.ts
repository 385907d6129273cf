import type { Static, TSchema } from 'typebox'
import type { Batch, Context } from '../connector.ts'
import { AuthError, ConfigError, describeError, LeaseLost, StateError, Throttled } from '../errors.ts'
import { label } from '../telemetry/label.ts'
import { METRICS, named } from '../telemetry/metrics.ts'
import type { DailyBill } from './daily.ts'
import { addDays } from './day.ts'
import { deliverDay } from './deliver.ts'
import { dueDays, type Reach } from './due-days.ts'
import { sayEmpty } from './empty-ledger.ts'
import { type DayRecord, isOnItsWay } from './ledger.ts'
import type { OpenBill } from './open-bill.ts'
import { checkMonths } from './month-check.ts'
import { pullDays } from './pull.ts'
import { type DayRange, rangesOf } from './ranges.ts'
import { forgetOldRows } from './retention.ts'
import type { Schedule } from './schedule.ts'

/** A sleeping machine or a clock that was set must not delay a pull by more than this. */
const WAIT_MS = 60_000

const outcome = label('outcome')

/** For ever: pulls what is due and missing, delivers what is spooled, waits for the next pull. */
export async function* readDueDays<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  open: OpenBill,
  schedule: Schedule,
  reach: Reach,
  context: Context<Static<S>>,
): AsyncGenerator<Batch> {
  const { clock, signal } = context
  const { month_check: monthCheck } = context.config as { readonly month_check?: boolean }
  await setFirstDay(open, schedule, context)
  yield* deliverSpooled(open)
  for (;;) {
    const now = clock.now()
    const newest = schedule.newestDue(now)
    await forgetOldRows(open, newest, reach)
    const { days, beyond } = await dueDays(open.ledger, schedule, reach, now)
    warnOf(beyond, reach, context)
    try {
      yield* pullAndDeliver(bill, open, rangesOf(days, bill.requests?.days ?? 1), context)
    } finally {
      // A day that failed must not hide another month's difference.
      if (monthCheck && !signal.aborted) await checkMonths(bill, open, days, context)
    }
    // All is caught up: after an error this says that the source runs again.
    yield { events: [] }
    // The one after `now`: it may have passed while days were pulled and delivered.
    await waitForPull(schedule.nextPull(now), context)
    signal.throwIfAborted()
  }
}

/** The first day of the schedule is stored before anything is pulled, so that no later day can be missed. */
async function setFirstDay(
  { ledger }: OpenBill,
  schedule: Schedule,
  { clock, log, state }: Pick<Context, 'clock' | 'log' | 'state'>,
): Promise<void> {
  const newest = schedule.newestDue(clock.now())
  const first = await ledger.first()
  if (first === undefined) sayEmpty(newest, { log, state })
  // By more than another pull hour explains: the first start had a clock that was ahead.
  else if (first > addDays(newest, 1))
    log.warn({ day: newest, before: first }, 'the first billing day lay in the future: it is this one now')
  else return
  await ledger.setFirst(newest)
}

/** Days that a crash, a stop or a release left in the spool, of the schedule or of a backfill. */
export async function* deliverSpooled(open: OpenBill): AsyncGenerator<Batch> {
  const spooled: DayRecord[] = []
  for await (const record of open.ledger.list()) if (isOnItsWay(record)) spooled.push(record)
  for (const record of spooled) yield* deliverDay(record, open)
}

/** Says which days were missed too long ago, and how to bring them. */
function warnOf(beyond: readonly string[], { catchUpDays }: Reach, { log }: Pick<Context, 'log'>): void {
  if (beyond.length === 0) return
  const ranges = rangesOf(beyond, Number.POSITIVE_INFINITY)
  const pull = ranges.map(({ from, to }) => `pull --from ${from} --to ${to}`)
  log.warn(
    { days: beyond.length, pull },
    `days were missed that lie further back than catch_up_days (${catchUpDays}); bring them with: ${pull.join('; ')}`,
  )
}

/**
 * Pulls ranges one after the other. Where one fails, its halves are tried, so that a bad day does not hold up
 * the others; what failed at last is thrown at the end, for the runtime to try again with growing waits.
 */
export async function* pullAndDeliver<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  open: OpenBill,
  ranges: readonly DayRange[],
  context: Context<Static<S>>,
): AsyncGenerator<Batch> {
  const pulls = context.meter.createCounter(...named(METRICS.pulls))
  const restated = context.meter.createCounter(...named(METRICS.restatedEvents))
  const queue = [...ranges]
  let failure: unknown
  for (let range = queue.shift(); range; range = queue.shift()) {
    let records: readonly DayRecord[] = []
    try {
      records = await pullDays(bill, open, range, context)
      pulls.add(1, outcome('ok'))
    } catch (error) {
      pulls.add(1, outcome('failed'))
      if (stops(error) || context.signal.aborted) throw error
      if (range.from !== range.to) {
        const { from, to, days } = range
        context.log.warn({ from, to, reason: describeError(error) }, 'the days are tried in two halves')
        context.retrying?.(error)
        queue.unshift(...rangesOf(days, Math.ceil(days.length / 2)))
        continue
      }
      failure ??= error
      context.retrying?.(error)
      await markFailed(open, range.from, error, context)
    }
    sayProvisional(bill, records, context)
    for (const record of records) {
      sayPulled(record, context)
      if (record.state === 'spooled' && record.revision > 0) restated.add(record.events ?? 0)
      if (isOnItsWay(record)) yield* deliverDay(record, open)
    }
  }
  if (failure !== undefined) throw failure
}

function sayPulled(record: DayRecord, { log }: Pick<Context, 'log'>): void {
  const { day, state, revision, rows, events, amounts, final } = record
  const facts = { day, rows, amounts, final }
  if (state === 'empty') log.info(facts, 'pulled: the bill has no rows yet')
  else if (state === 'done') log.debug(facts, 'read again: nothing changed')
  else if (revision === 0) log.info(facts, 'pulled')
  else log.info({ ...facts, revision, changes: events }, 'read again: the provider changed the day')
}

/** Figures that may still change are no secret, nor is what to do about it. */
function sayProvisional<S extends TSchema, Row>(
  { zero }: DailyBill<S, Row>,
  records: readonly DayRecord[],
  { config, log }: Context<Static<S>>,
): void {
  const { resync_days } = config as { readonly resync_days?: number }
  const days = records.filter(({ rows, final }) => rows > 0 && !final).map(({ day }) => day)
  if (!zero || resync_days || days.length === 0) return
  log.warn(
    { days },
    'the provider may still change these days; with resync_days: 3 they are read again and changes are sent',
  )
}

/** Errors that the next day would meet as well. */
function stops(error: unknown): boolean {
  return [AuthError, ConfigError, LeaseLost, StateError, Throttled].some(kind => error instanceof kind)
}

async function markFailed(
  { ledger, clock }: OpenBill,
  day: string,
  error: unknown,
  { log }: Context,
): Promise<void> {
  const reason = describeError(error)
  log.warn({ day, reason }, 'the day could not be pulled; it will be tried again')
  // What was sent of it stays known.
  const before = await ledger.get(day)
  if (before?.state === 'done') return
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
    ...(before?.dayEvent !== undefined && { dayEvent: before.dayEvent }),
  })
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
