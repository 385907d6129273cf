import type { Clock } from '../clock.ts'
import { Retryable, Throttled } from '../errors.ts'

/** Keeps quiet for as long as a target asked, whichever request it was that it answered so. */
export interface Silence {
  /** Told how each request ended. */
  heard(verdict: Error | undefined): void
  /** Resolves when a request may leave; to the reason where that is still a while off. */
  over(signal: AbortSignal): Promise<Error | undefined>
}

/** What is waited for here; a longer wait is the runtime's. */
const SHORT_MS = 1000
/** No target may silence us for longer. */
const LONGEST_MS = 600_000

export function createSilence(clock: Clock): Silence {
  let until = 0
  let reason = ''
  return {
    heard(verdict) {
      if (!(verdict instanceof Retryable) || !verdict.retryAfterMs) return
      until = Math.max(until, clock.now().getTime() + Math.min(verdict.retryAfterMs, LONGEST_MS))
      reason = verdict.message
    },
    async over(signal) {
      const leftMs = until - clock.now().getTime()
      if (leftMs > SHORT_MS) return new Throttled(reason, { retryAfterMs: leftMs })
      if (leftMs > 0) await clock.sleep(leftMs, signal)
      return undefined
    },
  }
}
