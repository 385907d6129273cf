import type { Clock } from '../clock.ts'

const MINUTE_MS = 60_000

/** Spaces requests evenly, so that no minute has more of them than allowed, wherever it is said to begin. */
export interface Pace {
  /** Resolves when the next request may leave, in the order asked for; rejects at once when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>
}

/** `perMinute` may be infinite: then nothing waits. */
export function createPace(perMinute: number, clock: Clock): Pace {
  const spacingMs = MINUTE_MS / perMinute
  let free = 0
  return {
    async next(signal) {
      signal.throwIfAborted()
      const now = clock.now().getTime()
      const at = Math.max(free, now)
      free = at + spacingMs
      if (at > now) await clock.sleep(Math.ceil(at - now), signal)
    },
  }
}

/** Holds each of many senders to a rate. */
export interface Quota {
  /** Counts a request: 0 where it may come in, else the milliseconds until this sender may come again. */
  take(sender: string): number
}

/** What is remembered of senders stays bounded; the one that was quiet for longest is forgotten first. */
const MOST_SENDERS = 10_000

/**
 * A sender that was quiet may send a minute's requests at once, and then as many as come free. `perMinute` may be
 * infinite: then nothing is counted.
 */
export function createQuota(perMinute: number, clock: Clock): Quota {
  const spacingMs = MINUTE_MS / perMinute
  const burstMs = MINUTE_MS - spacingMs
  /** When each sender will have paid for what it sent: the generic cell rate algorithm. */
  const paid = new Map<string, number>()
  return {
    take(sender) {
      if (spacingMs === 0) return 0
      const now = clock.now().getTime()
      const due = Math.max(paid.get(sender) ?? 0, now)
      const waitMs = due - now - burstMs
      // The clock has no finer steps, and sums of fractions are not exact.
      if (waitMs >= 1) return waitMs
      // Set anew, so that the map's order is that of the last request.
      paid.delete(sender)
      paid.set(sender, due + spacingMs)
      const [quietest] = paid.keys()
      if (paid.size > MOST_SENDERS && quietest !== undefined) paid.delete(quietest)
      return 0
    },
  }
}
