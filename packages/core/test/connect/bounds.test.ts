import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { Batch, CloudEvent, Context, Source } from '../../src/connector.ts'
import { streamSource } from '../../src/sources/stream-source.ts'
import { run } from '../support/run.ts'
import { memorySink } from '../support/sink.ts'

const MIB = 1024 * 1024
const BIG = 'x'.repeat(MIB)
const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const eventOf = (n: number, data: unknown = n): CloudEvent => ({
  specversion: '1.0',
  id: String(n),
  source: 's',
  type: 't',
  data,
})

/** Batches of so many events, and how many of them were read and not committed at most. */
function counting(order: Source['order'], batchOf: (n: number) => Batch, batches: number) {
  const seen = { read: 0, held: 0, most: 0 }
  const source: Source = {
    name: 'counting',
    config: Type.Object({}),
    order,
    async *read({ signal }: Context) {
      for (let n = 0; n < batches && !signal.aborted; n += 1) {
        seen.read += 1
        seen.held += 1
        seen.most = Math.max(seen.most, seen.held)
        const done = async (): Promise<void> => {
          seen.held -= 1
        }
        yield { ...batchOf(n), commit: done, release: done }
      }
    },
  }
  return { source, seen }
}

/** A sink that takes nothing until it is opened. */
function stuckSink(concurrency: number) {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  return { sink: memorySink(() => promise, concurrency), open: () => resolve(undefined) }
}

describe.each(['ordered', 'independent'] as const)('what is under way of an %s source', order => {
  test('pain 11: is bounded by bytes, where the source says them and where it does not', async () => {
    const events = Array.from({ length: 4 }, (_, n) => eventOf(n, BIG))
    for (const batch of [{ events }, { events: [eventOf(0)], bytes: 4 * MIB }]) {
      const { source, seen } = counting(order, () => batch, 40)
      const { sink, open } = stuckSink(64)
      const { done } = run(source, sink, { restart: false })
      for (let n = 0; n < 200; n += 1) await tick()
      expect(seen.read).toBe(4)
      open()
      await done
      expect(seen.read).toBe(40)
      expect(seen.most).toBe(4)
    }
  })

  test('a batch larger than the bound goes alone', async () => {
    const { source, seen } = counting(order, n => ({ events: [eventOf(n)], bytes: 100 * MIB }), 5)
    await run(source, memorySink(undefined, 8), { restart: false }).done
    expect(seen).toMatchObject({ read: 5, most: 1 })
  })

  test('a target that slows down slows the source: it is asked for no more than the window', async () => {
    const { source, seen } = counting(order, n => ({ events: [eventOf(n)] }), 200)
    const slow = memorySink(async () => {
      for (let n = 0; n < 3; n += 1) await tick()
      return undefined
    }, 8)
    await run(source, slow, { restart: false }).done
    expect(seen).toMatchObject({ read: 200, most: 8 })
  })

  test('fills the requests of a sink that gathers, with single events and with batches alike', async () => {
    for (const [size, most] of [
      [1, 20],
      [10, 2],
      [0, 20],
    ] as const) {
      const events = Array.from({ length: size }, (_, n) => eventOf(n))
      const { source, seen } = counting(order, () => ({ events }), 60)
      const { sink, open } = stuckSink(2)
      const gathering = {
        ...sink,
        open: async () => ({ ...(await sink.open({} as never)), batchSize: 10 }),
      }
      const { done } = run(source, gathering, { restart: false })
      for (let n = 0; n < 200; n += 1) await tick()
      if (size > 0) expect(seen.read).toBe(most)
      open()
      await done
      expect(seen.most).toBeLessThanOrEqual(most)
    }
  })
})

test('pain 11: a page of a stream is cut into batches by bytes, too', async () => {
  const pages = streamSource({
    name: 'pages',
    config: Type.Object({}),
    async *read(cursor) {
      if (cursor === undefined) {
        yield { events: Array.from({ length: 10 }, (_, n) => eventOf(n, 'x'.repeat(MIB / 2))), cursor: '10' }
      }
    },
  })
  const sizes: number[] = []
  const sink = memorySink(events => void sizes.push(events.length))
  const { done, state } = run(pages, sink, { restart: false })
  await done
  expect(sizes).toEqual([2, 2, 2, 2, 2])
  expect(await state.get('cursor')).toBe('10')
})
