import type { Clock } from '@billow/core'
import { breathe } from './patience.ts'

/** A clock on which waiting takes no time: it jumps to the end of each sleep. */
export interface JumpingClock extends Clock {
  advance(ms: number): void
}

export function jumpingClock(start: string): JumpingClock {
  let now = Date.parse(start)
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      now += ms
      await breathe()
      signal?.throwIfAborted()
    },
  }
}

/** A sleep that is over only when its signal aborts. */
export function sleepUntilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal?.reason as Error)
    if (signal?.aborted) end()
    else signal?.addEventListener('abort', end, { once: true })
  })
}
