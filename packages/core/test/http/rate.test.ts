import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createPace, createQuota } from '../../src/http/rate.ts'
import { jumpingClock } from '../support/clock.ts'
import { never } from './side.ts'

const START = '2023-11-15T12:00:00Z'
const rates = fc.integer({ min: 1, max: 600 })

/** The most requests in any minute of a list of times. */
const busiestMinute = (times: readonly number[]): number =>
  Math.max(...times.map(from => times.filter(at => at >= from && at < from + 60_000).length))

describe('a pace', () => {
  test('never lets more out in a minute than allowed, and wastes nothing while it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(rates, fc.array(fc.nat(5000), { maxLength: 30 }), async (rate, pauses) => {
        const clock = jumpingClock(START)
        const pace = createPace(rate, clock)
        const times: number[] = []
        const next = async () => {
          await pace.next(never)
          times.push(clock.now().getTime())
        }
        for (const pause of pauses) {
          await next()
          await clock.sleep(pause)
        }
        const from = clock.now().getTime()
        for (let n = 0; n < 20; n += 1) await next()
        expect(busiestMinute(times)).toBeLessThanOrEqual(rate)
        expect(clock.now().getTime() - from).toBeLessThanOrEqual((20 * 60_000) / rate + 20)
      }),
      { numRuns: 30 },
    )
  })

  test('without a limit waits for nothing', async () => {
    const clock = jumpingClock(START)
    const pace = createPace(Number.POSITIVE_INFINITY, clock)
    for (let n = 0; n < 100; n += 1) await pace.next(never)
    expect(clock.slept).toEqual([])
  })

  test('ends its wait at an abort', async () => {
    const stop = new AbortController()
    const pace = createPace(1, { now: () => new Date(START), sleep: (_, signal) => aborted(signal) })
    await pace.next(never)
    const waiting = pace.next(stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})

describe('a quota', () => {
  test('takes a minute of requests at once, says when the next one may come, and then takes it', () => {
    fc.assert(
      fc.property(rates, rate => {
        const clock = jumpingClock(START)
        const quota = createQuota(rate, clock)
        for (let n = 0; n < rate; n += 1) expect(quota.take('a')).toBe(0)
        const waitMs = quota.take('a')
        expect(waitMs).toBeCloseTo(60_000 / rate, 0)
        expect(quota.take('b')).toBe(0)
        clock.set(new Date(Date.parse(START) + Math.ceil(waitMs) - 2).toISOString())
        if (waitMs > 2) expect(quota.take('a')).toBeGreaterThan(0)
        clock.set(new Date(Date.parse(START) + Math.ceil(waitMs)).toISOString())
        expect(quota.take('a')).toBe(0)
        expect(quota.take('a')).toBeGreaterThan(0)
      }),
    )
  })

  test('a sender that keeps the pace is never too fast', async () => {
    await fc.assert(
      fc.asyncProperty(rates, async rate => {
        const clock = jumpingClock(START)
        const pace = createPace(rate, clock)
        const quota = createQuota(rate, clock)
        for (let n = 0; n < 50; n += 1) {
          await pace.next(never)
          expect(quota.take('a')).toBe(0)
        }
      }),
      { numRuns: 20 },
    )
  })

  test('remembers no more than so many senders, and the busy ones for longest', () => {
    const quota = createQuota(1, jumpingClock(START))
    expect(quota.take('first')).toBe(0)
    for (let n = 0; n < 9_999; n += 1) quota.take(`sender ${n}`)
    expect(quota.take('first')).toBeGreaterThan(0)
    expect(quota.take('one more')).toBe(0)
    expect(quota.take('first')).toBe(0)
  })
})

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
}
