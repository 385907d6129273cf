import { clearInterval, setInterval } from 'node:timers'
import { setImmediate } from 'node:timers/promises'

const TICK_MS = 10

/** Lets everything run that can. */
export const breathe = (): Promise<void> => setImmediate()

/**
 * What the work resolves to. Throws `late` after `ms` milliseconds in which the event loop could run: time that the
 * machine had for others does not count, so that a busy one fails no test.
 */
export async function within<T>(ms: number, work: Promise<T>, late: string): Promise<T> {
  const limit = Promise.withResolvers<never>()
  let left = ms / TICK_MS
  const timer = setInterval(() => {
    left -= 1
    if (left <= 0) limit.reject(new Error(late))
  }, TICK_MS)
  try {
    return await Promise.race([work, limit.promise])
  } finally {
    clearInterval(timer)
  }
}
