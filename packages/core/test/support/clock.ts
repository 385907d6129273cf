import type { Clock } from '../../src/clock.ts'

/** A clock on which waiting takes no time: it jumps to the end of each sleep. */
export function jumpingClock(
  start: string,
): Clock & { readonly slept: number[]; set(instant: string): void } {
  let now = Date.parse(start)
  const slept: number[] = []
  return {
    slept,
    set(instant) {
      now = Date.parse(instant)
    },
    now: () => new Date(now),
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      now += ms
      await new Promise(resolve => setImmediate(resolve))
      signal?.throwIfAborted()
    },
  }
}
