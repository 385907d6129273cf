import type { Clock, StateReader } from '@billow/core'
import type { CloudzeroConfig, Stream } from '../config.ts'
import { isSent, placeOf, type Slot, scanSlots } from '../kept/slots.ts'

interface Entry {
  readonly slot: Slot
  /** Milliseconds since 1970: the first and the last change that CloudZero lacks. */
  readonly since: number
  readonly changed: number
  /** Of a slot that could not be sent. */
  readonly failures: number
  readonly notBefore: number
}

/** The slots of a stream that CloudZero does not have as they are. */
export interface Pending {
  /** Those that were left from before. */
  load(keys: StateReader): Promise<void>
  /** It changed just now; what failed before may work now. */
  note(slot: Slot): void
  /** It could not be sent. */
  postpone(slot: Slot, waitMs: (failures: number) => number): number
  /** CloudZero has it. */
  done(slot: Slot): void
  /** Those whose time has come, in order. */
  due(): readonly Slot[]
  /** Milliseconds until the next is due; nothing where none waits. */
  next(): number | undefined
  size(): number
  /** Milliseconds since the first change that CloudZero lacks. */
  age(): number
  failing(): boolean
}

export function createPending(
  stream: Stream,
  { flush }: Pick<CloudzeroConfig, 'flush'>,
  clock: Clock,
): Pending {
  const entries = new Map<string, Entry>()
  let latest = Number.NEGATIVE_INFINITY
  /** A clock that went back shall not let a day wait for years. */
  function now(): number {
    const time = clock.now().getTime()
    const past = (other: number): number => Math.min(other, time)
    if (time < latest) {
      for (const [place, { since, changed, notBefore, ...entry }] of entries) {
        entries.set(place, {
          ...entry,
          since: past(since),
          changed: past(changed),
          notBefore: past(notBefore),
        })
      }
    }
    latest = time
    return time
  }
  const dueAt = ({ since, changed, notBefore }: Entry): number =>
    Math.max(notBefore, Math.min(changed + flush.quiet * 1000, since + flush.max_age * 1000))

  return {
    async load(keys) {
      for await (const [slot, record] of scanSlots(keys, stream.currency)) {
        if (isSent(record, stream)) continue
        const changed = record.changed === undefined ? 0 : Math.min(Date.parse(record.changed), now())
        const since = record.since === undefined ? changed : Math.min(Date.parse(record.since), now())
        entries.set(placeOf(slot), { slot, since, changed, failures: 0, notBefore: 0 })
      }
    },
    note(slot) {
      const changed = now()
      const { since = changed } = entries.get(placeOf(slot)) ?? {}
      entries.set(placeOf(slot), { slot, since, changed, failures: 0, notBefore: 0 })
    },
    postpone(slot, waitMs) {
      const entry = entries.get(placeOf(slot)) ?? { since: now(), changed: now(), failures: 0 }
      const failures = entry.failures + 1
      const wait = waitMs(failures)
      entries.set(placeOf(slot), { ...entry, slot, failures, notBefore: now() + wait })
      return wait
    },
    done: slot => void entries.delete(placeOf(slot)),
    due: () =>
      [...entries.values()]
        .filter(entry => dueAt(entry) <= now())
        .map(({ slot }) => slot)
        .sort((a, b) => (a.hour < b.hour ? -1 : 1)),
    next: () =>
      entries.size === 0 ? undefined : Math.max(0, Math.min(...[...entries.values()].map(dueAt)) - now()),
    size: () => entries.size,
    age: () =>
      entries.size === 0 ? 0 : now() - Math.min(...[...entries.values()].map(({ since }) => since)),
    failing: () => [...entries.values()].some(({ failures }) => failures > 0),
  }
}
