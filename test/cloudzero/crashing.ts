import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, State, StateWriter } from '@billow/core'

/** A life that ends as by `kill -9` at some step of its work, though its process goes on. */
export interface Mortal {
  /** Works as `state` does, and does nothing any more after the end. */
  readonly state: (state: State) => State
  /** Runs fast, and stands still after the end. */
  readonly clock: Clock
  readonly dead: () => boolean
  readonly die: () => void
  /** Resolves at the end. */
  readonly ended: Promise<void>
}

/** So much faster than the clock on the wall. */
const SPEED = 1000
const BEGAN = Date.parse('2024-04-15T00:00:00Z')
const nothing = new Promise<never>(() => undefined)

/** Ends at a step: before or after something is read or written. */
export function mortal(endsAt: number): Mortal {
  const ended = Promise.withResolvers<void>()
  let over = false
  let steps = 0
  const die = (): void => {
    over = true
    ended.resolve()
  }
  const step = (): void => {
    steps += 1
    if (steps === endsAt) die()
  }
  /** What comes of the work; nothing ever where the end comes before. */
  async function live<T>(work: () => Promise<T>): Promise<T> {
    step()
    if (over) return nothing
    const result = await work()
    step()
    return over ? nothing : result
  }
  /** Within a transaction the end takes all back. */
  async function within<T>(work: () => Promise<T>): Promise<T> {
    step()
    if (over) throw new Error('the end')
    return work()
  }

  const keysOf = (keys: StateWriter, run: typeof live): StateWriter => ({
    get: key => run(() => keys.get(key)),
    set: (key, value) => run(() => keys.set(key, value)),
    delete: key => run(() => keys.delete(key)),
    async *scan(prefix, options) {
      await run(async () => undefined)
      yield* keys.scan(prefix, options)
    },
  })
  const state = (real: State): State => ({
    ...keysOf(real, live),
    place: real.place,
    transaction: work =>
      live(() => real.transaction(keys => work(keysOf(keys, within)))).catch((error: unknown) =>
        over ? nothing : Promise.reject(error),
      ),
  })
  const clock: Clock = {
    now: () => new Date(BEGAN + performance.now() * SPEED),
    async sleep(ms, signal) {
      await wait(ms / SPEED, undefined, signal ? { signal } : {})
      if (over) await nothing
    },
  }
  return { state, clock, dead: () => over, die, ended: ended.promise }
}
