import {
  AuthError,
  BillowError,
  type Context,
  describeError,
  Refused,
  Retryable,
  StateError,
  Throttled,
} from '@billow/core'
import { acquaint } from './acquaint.ts'
import { type Bundle, delta, hourly, nameOf, slotsOfMonth, wholeMonth } from './bundles.ts'
import type { AnycostStream } from '../client.ts'
import type { CloudzeroConfig, Stream } from '../config.ts'
import { monthOf } from '../cbf/hour.ts'
import { createPending } from './pending.ts'
import { prune } from '../kept/prune.ts'
import { EMPTY, readMonth } from './read-month.ts'
import { confirm, type Sent, send } from './send.ts'
import { isSent, placeOf, readSlot, type Slot } from '../kept/slots.ts'
import { addTallies, sayTally } from '../cbf/tally.ts'
import { waitAfter } from './waiting.ts'

type CloudzeroContext = Context<CloudzeroConfig>

/** What a month that was just changed may look like: the answer may be older than the change. Milliseconds between readings. */
const READ_AGAIN_MS = [1000, 2000, 4000]
/** So many days that fail one after the other are no longer about the day. */
const IN_A_ROW = 3
const PRUNE_MS = 86_400_000

/** Sends the changed days of one stream, one request after the other. */
export interface Flush {
  /** These slots changed. */
  note(slots: readonly Slot[]): void
  run(signal: AbortSignal): Promise<void>
  /** How many slots wait, and for how long the oldest does, in milliseconds. */
  waiting(): { readonly slots: number; readonly ageMs: number }
}

export function createFlush(
  stream: Stream,
  client: AnycostStream,
  { config, state, log: parent, clock, retrying }: CloudzeroContext,
): Flush {
  const { currency, connection } = stream
  const log = parent.child({ currency, connection })
  const pending = createPending(stream, config, clock)
  const limit = { bytes: config.flush.max_bytes }
  const sending = { config, state, log, stream, client, limit }
  let wake = new AbortController()

  async function run(signal: AbortSignal): Promise<void> {
    await pending.load(state)
    if (pending.size() > 0) log.info({ days: pending.size() }, 'days wait to be sent from before')
    let failures = 0
    let pruned = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      try {
        if (clock.now().getTime() - pruned >= PRUNE_MS) {
          await prune(state, stream, clock.now())
          pruned = clock.now().getTime()
        }
        const months = Map.groupBy(pending.due(), ({ hour }) => monthOf(hour))
        for (const [month, slots] of months) await round(month, slots, signal)
        failures = 0
        if (!pending.failing()) retrying?.()
        await sleep(pending.next() ?? PRUNE_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof BillowError)) throw error
        failures += 1
        const waitMs = waitAfter(error, failures)
        log.warn({ reason: describeError(error), waitMs }, 'CloudZero cannot be reached; will try again')
        retrying?.(error)
        await clock.sleep(waitMs, signal).catch(() => undefined)
      }
    }
  }

  /** Until then, or until something changes. */
  async function sleep(ms: number, signal: AbortSignal): Promise<void> {
    wake = new AbortController()
    await clock.sleep(Math.min(ms, PRUNE_MS), AbortSignal.any([signal, wake.signal])).catch(() => undefined)
  }

  /** Sends the slots of a month that are due, then reads the month back. */
  async function round(month: string, due: readonly Slot[], signal: AbortSignal): Promise<void> {
    const slots = await known(month, due)
    const bundles = await bundlesOf(month, slots)
    const sent: Sent[] = []
    let inARow = 0
    let trouble: unknown
    for (const bundle of bundles) {
      try {
        const one = await send(bundle, sending)
        inARow = 0
        if (config.dry_run) judged(one)
        else sent.push(one)
      } catch (error) {
        if (signal.aborted) throw error
        if (!isAboutAll(error)) postpone(bundle.slots, error)
        inARow += error instanceof Refused ? 0 : 1
        if (isAboutAll(error) || inARow === IN_A_ROW) {
          trouble = error
          break
        }
      }
    }
    await verify(month, sent, signal)
    if (trouble) throw trouble
  }

  /** The slots of which all that CloudZero has is known here too, now. */
  async function known(month: string, due: readonly Slot[]): Promise<readonly Slot[]> {
    const whole = config.operation === 'replace_drop'
    const all = whole ? await slotsOfMonth(state, currency, month) : due
    const unknown: Slot[] = []
    for (const slot of all) {
      if ((await readSlot(state, slot)).connection !== connection) unknown.push(slot)
    }
    if (unknown.length === 0) return due
    const adding = config.operation === 'sum'
    const refused = await acquaint({ state, stream, client, month, slots: unknown, whole, adding })
    const reasons = new Map([...refused].map(([slot, reason]) => [placeOf(slot), reason]))
    const [any] = refused.values()
    return due.filter(slot => {
      const reason = reasons.get(placeOf(slot)) ?? (whole ? any : undefined)
      if (reason) postpone([slot], reason)
      return reason === undefined
    })
  }

  async function bundlesOf(month: string, slots: readonly Slot[]): Promise<readonly Bundle[]> {
    if (slots.length === 0) return []
    if (config.operation === 'replace_hourly') return slots.map(hourly)
    if (config.operation === 'replace_drop') {
      return [wholeMonth(month, await slotsOfMonth(state, currency, month))]
    }
    const before = await readMonth({ client, month, gathered: gathering(slots) })
    return slots.map(slot => delta(slot, before))
  }

  const gathering = (slots: readonly Slot[]): ((hour: string) => boolean) => {
    const hours = new Set(slots.map(({ hour }) => hour))
    return hour => config.operation === 'sum' && hours.has(hour)
  }

  /** Reads the month back until it has what was sent; what it does not have in the end is sent again. */
  async function verify(month: string, sent: readonly Sent[], signal: AbortSignal): Promise<void> {
    let missing = sent
    const gathered = gathering(sent.flatMap(({ bundle }) => bundle.slots))
    for (let reading = 0; missing.length > 0; reading += 1) {
      let waitMs = READ_AGAIN_MS[reading]
      try {
        const read = await readMonth({ client, month, gathered })
        const still: Sent[] = []
        for (const one of missing) {
          if (await one.bundle.isThere(read, one.tally, state)) await settle(one)
          else if (waitMs !== undefined) still.push(one)
          else postpone(one.bundle.slots, differs(one, read))
        }
        missing = still
      } catch (error) {
        if (signal.aborted || waitMs === undefined || !(error instanceof Retryable)) throw error
        waitMs = Math.max(waitMs, error.retryAfterMs ?? 0)
        log.debug({ month, reason: describeError(error) }, 'the month could not be read back yet')
      }
      if (missing.length > 0 && waitMs !== undefined) await clock.sleep(waitMs, signal)
    }
  }

  function differs({ bundle, tally }: Sent, read: Awaited<ReturnType<typeof readMonth>>): Retryable {
    const theirs = addTallies(bundle.slots.map(({ hour }) => (read.get(hour) ?? EMPTY).tally))
    return new Retryable(
      `${bundle.name} was taken and is not there as it was sent: sent ${sayTally(tally, currency)}, read back ${sayTally(theirs, currency)}`,
    )
  }

  async function settle(sent: Sent): Promise<void> {
    const changed = await state.transaction(keys => confirm(keys, sent, stream))
    for (const slot of sent.bundle.slots) if (!changed.includes(slot)) await settled(slot)
    const { bundle, tally } = sent
    log.info({ day: bundle.name, rows: tally.rows, cost: tally.cost }, 'CloudZero has it')
  }

  /** What changed between the commit and here stays pending. */
  async function settled(slot: Slot): Promise<void> {
    if (isSent(await readSlot(state, slot), stream)) pending.done(slot)
  }

  function judged({ bundle, tally }: Sent): void {
    for (const slot of bundle.slots) pending.done(slot)
    const { rows, cost } = tally
    log.info({ day: bundle.name, rows, cost }, 'dry run: CloudZero would take it; nothing was sent')
  }

  function postpone(slots: readonly Slot[], error: unknown): void {
    const reason = describeError(error)
    for (const slot of slots) {
      const waitMs = pending.postpone(slot, failures => waitAfter(error, failures))
      log.warn({ day: nameOf(slot), reason, waitMs }, 'not sent; will try again')
    }
    retrying?.(error)
  }

  return {
    note(slots) {
      for (const slot of slots) pending.note(slot)
      wake.abort()
    },
    run,
    waiting: () => ({ slots: pending.size(), ageMs: pending.age() }),
  }
}

/** Whether the next day would fail like this one. */
const isAboutAll = (error: unknown): boolean =>
  error instanceof AuthError || error instanceof Throttled || error instanceof StateError
