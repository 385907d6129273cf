import type { Clock, State } from '@billow/core'
import type { Slot } from './slots.ts'
import { type Arrival, take } from './take.ts'

interface Waiting {
  readonly arrivals: readonly Arrival[]
  readonly done: PromiseWithResolvers<void>
}

/**
 * Makes arrivals durable. A commit waits for the disk, so what arrives while one is under way shares the next.
 * `onTaken` is told of the slots that changed.
 */
export function createTaking(state: State, clock: Clock, onTaken: (slots: readonly Slot[]) => void) {
  let waiting: Waiting[] = []
  let working = false

  async function work(): Promise<void> {
    working = true
    while (waiting.length > 0) {
      const together = waiting
      waiting = []
      try {
        const arrivals = together.flatMap(({ arrivals }) => arrivals)
        onTaken(await state.transaction(keys => take(keys, arrivals, clock.now())))
        for (const { done } of together) done.resolve()
      } catch (error) {
        for (const { done } of together) done.reject(error)
      }
    }
    working = false
  }

  /** Resolves when they are on the disk. */
  return (arrivals: readonly Arrival[]): Promise<void> => {
    const done = Promise.withResolvers<void>()
    waiting.push({ arrivals, done })
    if (!working) void work()
    return done.promise
  }
}
