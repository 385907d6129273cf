import { type Context, Retryable } from '@billow/core'

/** A running sink may just be at work on the stream, which takes one request at a time. */
const WAITS_MS = [500, 1000, 2000, 4000]

/** Does what a command asks for, again after a while where it may then work. */
export async function patiently<T>(
  work: () => Promise<T>,
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
): Promise<T> {
  for (const waitMs of WAITS_MS) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Retryable)) throw error
      await clock.sleep(Math.max(waitMs, Math.min(error.retryAfterMs ?? 0, 10_000)), signal)
    }
  }
  return work()
}
