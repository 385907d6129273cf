import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { Batch, CloudEvent, Context, Sink, Source } from '../../src/connector.ts'
import { AuthError, Retryable } from '../../src/errors.ts'
import { type RunOptions, run } from '../support/run.ts'
import { memorySink } from '../support/sink.ts'

const eventOf = (n: number): CloudEvent => ({ specversion: '1.0', id: String(n), source: 's', type: 't' })
const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

function sourceOf(read: (context: Context) => AsyncIterable<Batch>): Source {
  return { name: 'test', config: Type.Object({}), order: 'ordered', read }
}

const start = (source: Source, sink: Sink, options: RunOptions = {}) =>
  run(source, sink, { attempts: 1, abandon: new AbortController().signal, ...options })

/** Numbered batches of one event, from the first that is not committed, to `last`. */
function counting(last: number): { source: Source; committed: number[]; read: number[] } {
  const committed: number[] = []
  const read: number[] = []
  const source = sourceOf(async function* () {
    for (let n = committed.length; n <= last; n += 1) {
      read.push(n)
      yield { events: [eventOf(n)], commit: async () => void committed.push(n) }
    }
  })
  return { source, committed, read }
}

describe('an ordered source', () => {
  test('is read no further than the window while the oldest batch is stuck', async () => {
    let open = (): void => undefined
    const stuck = new Promise<undefined>(resolve => {
      open = () => resolve(undefined)
    })
    const { source, committed, read } = counting(999)
    const sink = memorySink(([event]) => (event?.id === '0' ? stuck : undefined), 8)
    const { done } = start(source, sink)
    for (let n = 0; n < 100; n += 1) await tick()
    // What is read and not committed is held in memory, and sent again after a crash.
    expect(read.length).toBeLessThanOrEqual(9)
    open()
    await done
    expect(committed).toHaveLength(1000)
  })

  test('that cannot be read on leaves what was delivered before committed', async () => {
    const committed: number[] = []
    const source = sourceOf(async function* () {
      yield { events: [eventOf(1)], commit: async () => void committed.push(1) }
      throw new AuthError('the keys were revoked')
    })
    const slow = memorySink(async () => {
      for (let n = 0; n < 5; n += 1) await tick()
      return undefined
    }, 8)
    const { done } = start(source, slow, { restart: false })
    await expect(done).rejects.toThrow('revoked')
    expect(slow.safe.map(({ id }) => id)).toEqual(['1'])
    expect(committed).toEqual([1])
  })

  test('is not read on, and its later batches are not sent, once a batch has failed', async () => {
    const { source, read } = counting(999)
    let writes = 0
    const sink = memorySink(() => {
      writes += 1
      throw new Retryable('down')
    })
    const { done } = start(source, sink, { restart: false })
    await expect(done).rejects.toThrow('down')
    expect(read.length).toBeLessThanOrEqual(2)
    expect(writes).toBeLessThanOrEqual(2)
  })

  test('is not read on after a stop, even where it does not look at its signal', async () => {
    const { source, read } = counting(999)
    const sink = memorySink(async () => {
      await tick()
      return undefined
    })
    const { done, stop } = start(source, sink)
    for (let n = 0; n < 10; n += 1) await tick()
    stop.abort()
    const before = read.length
    await done
    expect(read.length - before).toBeLessThanOrEqual(1)
  })

  test('whose release fails still ends with the reason of the failure', async () => {
    const source = sourceOf(async function* () {
      const release = async (): Promise<void> => {
        throw new Error('cannot release')
      }
      yield { events: [eventOf(1)], release }
      yield { events: [eventOf(2)], release }
    })
    const sink = memorySink(() => {
      throw new Retryable('down')
    }, 8)
    const { done } = start(source, sink, { restart: false })
    await expect(done).rejects.toThrow('down')
  })
})

test('Retry-After stays a minimum when the attempts are used up, up to ten minutes', async () => {
  const { source, committed } = counting(0)
  let stopAt = 0
  const sink = memorySink((_, attempt) => {
    if (attempt <= 3) throw new Retryable('busy', { retryAfterMs: 400_000 })
    stopAt = attempt
    return undefined
  })
  const { done, clock } = start(source, sink, { attempts: 2 })
  await done
  expect(committed).toEqual([0])
  expect(stopAt).toBe(4)
  for (const wait of clock.slept) expect(wait).toBeGreaterThanOrEqual(400_000)
})
