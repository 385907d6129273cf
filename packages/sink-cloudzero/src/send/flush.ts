import {
  AuthError,
  BillowError,
  type Context,
  describeError,
  Refused,
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
import { readBack } from './read-back.ts'
import { gathering, readMonth } from './read-month.ts'
import { confirm, type Sent, send } from './send.ts'
import { placeOf, readSlot, type Slot } from '../kept/slots.ts'
import { waitAfter } from './waiting.ts'

type CloudzeroContext = Context<CloudzeroConfig>

/** So many days or months that fail one after the other are no longer about these. */
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
  /** Failures since something worked. */
  let inARow = 0

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
        for (const [month, slots] of months) await attempt(month, slots, signal)
        failures = 0
        if (!pending.failing()) retrying?.()
        await sleep(pending.next() ?? PRUNE_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof BillowError)) throw error
        failures += 1
        inARow = 0
        const waitMs = waitAfter(error, failures)
        log.warn({ reason: describeError(error), waitMs }, 'nothing can be sent; will try again')
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

  /** A month that cannot be read holds up no other. */
  async function attempt(month: string, slots: readonly Slot[], signal: AbortSignal): Promise<void> {
    try {
      await round(month, slots, signal)
    } catch (error) {
      if (signal.aborted || !(error instanceof BillowError) || inARow >= IN_A_ROW) throw error
      const due = new Set(pending.due().map(placeOf))
      const left = slots.filter(slot => due.has(placeOf(slot)))
      if (postponeOrStop(month, left, error) === 'stop') throw error
    }
  }

  /** Sends the slots of a month that are due, then reads the month back. */
  async function round(month: string, due: readonly Slot[], signal: AbortSignal): Promise<void> {
    const slots = await known(month, due)
    const bundles = await bundlesOf(month, slots)
    const sent: Sent[] = []
    let trouble: unknown
    for (const bundle of bundles) {
      try {
        const one = await send(bundle, sending)
        inARow = 0
        if (config.dry_run) judged(one)
        else sent.push(one)
      } catch (error) {
        if (signal.aborted) throw error
        if (postponeOrStop(bundle.name, bundle.slots, error) === 'go on') continue
        trouble = error
        break
      }
    }
    for await (const { sent: one, missing } of readBack(month, sent, { ...sending, clock }, signal)) {
      inARow = 0
      if (missing) postpone(one.bundle.name, one.bundle.slots, missing)
      else await settle(one)
    }
    if (trouble) throw trouble
  }

  /** The slots of which all that CloudZero has is known here too, now. */
  async function known(month: string, due: readonly Slot[]): Promise<readonly Slot[]> {
    const { operation } = config
    const whole = operation === 'replace_drop'
    const all = whole ? await slotsOfMonth(state, currency, month) : due
    const unknown: Slot[] = []
    for (const slot of all) {
      const read = await readSlot(state, slot)
      if (read.connection !== connection || read.operation !== operation) unknown.push(slot)
    }
    if (unknown.length === 0) return due
    const now = clock.now()
    const { refused, taken } = await acquaint({
      state,
      stream,
      client,
      month,
      slots: unknown,
      operation,
      now,
    })
    for (const slot of taken) pending.note(slot)
    const reasons = new Map([...refused].map(([slot, reason]) => [placeOf(slot), reason]))
    const [any] = refused.values()
    return due.filter(slot => {
      const reason = reasons.get(placeOf(slot)) ?? (whole ? any : undefined)
      if (reason) postpone(nameOf(slot), [slot], reason)
      return reason === undefined
    })
  }

  async function bundlesOf(month: string, slots: readonly Slot[]): Promise<readonly Bundle[]> {
    if (slots.length === 0) return []
    if (config.operation === 'replace_hourly') return slots.map(hourly)
    if (config.operation === 'replace_drop') {
      return [wholeMonth(month, await slotsOfMonth(state, currency, month))]
    }
    const before = await readMonth({ client, month, gathered: gathering(config.operation, slots) })
    return slots.map(slot => delta(slot, before))
  }

  async function settle(sent: Sent): Promise<void> {
    const changed = await state.transaction(keys => confirm(keys, sent, stream))
    // Before anything else can change them: what was noted in between would be forgotten.
    for (const slot of sent.bundle.slots) if (!changed.includes(slot)) pending.done(slot)
    const { bundle, tally } = sent
    log.info({ day: bundle.name, rows: tally.rows, cost: tally.cost }, 'CloudZero has it')
  }

  function judged({ bundle, tally }: Sent): void {
    for (const slot of bundle.slots) pending.done(slot)
    const { rows, cost } = tally
    log.info({ day: bundle.name, rows, cost }, 'dry run: CloudZero would take it; nothing was sent')
  }

  function postpone(day: string, slots: readonly Slot[], error: unknown): void {
    const waits = slots.map(slot => pending.postpone(slot, failures => waitAfter(error, failures)))
    log.warn({ day, reason: describeError(error), waitMs: Math.max(...waits) }, 'not sent; will try again')
    retrying?.(error)
  }

  /** Where the next day or month would fail in the same way, none is tried; else what failed is tried again by itself. */
  function postponeOrStop(day: string, slots: readonly Slot[], error: unknown): 'stop' | 'go on' {
    if (error instanceof AuthError || error instanceof Throttled || error instanceof StateError) return 'stop'
    postpone(day, slots, error)
    inARow += error instanceof Refused ? 0 : 1
    return inARow >= IN_A_ROW ? 'stop' : 'go on'
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
