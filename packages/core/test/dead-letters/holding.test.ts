import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { memorySink } from '../support/sink.ts'
import { memoryState } from '../support/side.ts'
import type { Batch, CloudEvent, Source } from '../../src/connector.ts'
import { Retryable } from '../../src/errors.ts'
import { CAUGHT_UP, eventOf, idsOf, lettersOf, refusing, resuming, run } from './running.ts'

const letters = (text: string): CloudEvent[] => text.split('').map(id => eventOf(id))
const upper = ({ id }: CloudEvent): boolean => id === id.toUpperCase()
const many = (count: number): CloudEvent[] => Array.from({ length: count }, (_, n) => eventOf(n))

describe('refusals of an ordered source', () => {
  test('pain 9: are dead letters, in order, and the rest is delivered and committed', async () => {
    const { source, fate } = resuming([letters('aB'), letters('C'), letters('dE')])
    const sink = memorySink(refusing(upper))
    const { done, letters: kept, status } = run(source, sink)
    await done
    expect(idsOf(sink.safe)).toEqual(['a', 'd'])
    expect(await kept()).toMatchObject([
      { event: { id: 'B' }, reason: 'no B', status: 422, time: '2024-05-06T00:00:00.000Z' },
      { event: { id: 'C' } },
      { event: { id: 'E' } },
    ])
    expect(fate).toEqual(['commit aB', 'commit C', 'commit dE'])
    expect(status.get().state).toBe('running')
  })

  test('are durable before their batch is committed', async () => {
    const state = memoryState()
    const seen: string[][] = []
    const source: Source = {
      name: 'test',
      config: Type.Object({}),
      order: 'ordered',
      async *read(): AsyncGenerator<Batch> {
        const commit = async (): Promise<void> => {
          seen.push(idsOf((await lettersOf(state)).map(({ event }) => event)))
        }
        yield { events: letters('aB'), commit }
        yield { events: letters('C'), commit }
      },
    }
    await run(source, memorySink(refusing(upper)), { state }).done
    expect(seen).toEqual([['B'], ['B', 'C']])
  })

  test('are only held until the first success, which releases them; then commits go on in order', async () => {
    const { source, fate } = resuming([letters('A'), letters('BC'), letters('d'), letters('E')])
    const states: string[] = []
    const sink = memorySink(async events => {
      states.push(`${idsOf(events).join('')} ${status.get().state} ${(await kept()).length} ${fate.length}`)
      return refusing(upper)(events)
    })
    const { done, status, letters: kept } = run(source, sink)
    await done
    expect(states.slice(0, 3)).toEqual(['A running 0 0', 'BC retrying 0 0', 'd retrying 0 0'])
    expect(fate).toEqual(['commit A', 'commit BC', 'commit d', 'commit E'])
    expect((await kept()).map(({ event }) => event.id)).toEqual(['A', 'B', 'C', 'E'])
    expect(status.get().state).toBe('running')
  })

  test('without any success: after 20 the connector is failed, nothing is kept, dropped or committed, and it tries again with growing waits', async () => {
    const { source, fate } = resuming([many(500)])
    let writes = 0
    const reasons: (string | undefined)[] = []
    const sink = memorySink(events => {
      writes += events.length
      if (writes > 20) reasons.push(`${status.get().state} ${status.get().reason}`)
      if (reasons.length === 3) stop.abort()
      return refusing(() => true)(events)
    })
    const { done, status, stop, clock, letters: kept } = run(source, sink)
    await done
    expect(reasons[0]).toContain('failed the sink refused all 20 events of this run and took none')
    expect(reasons[0]).toContain('the first of them 0: no 0')
    expect(clock.slept).toEqual([1000, 2000, 4000])
    expect(writes).toBe(80)
    expect(await kept()).toEqual([])
    expect(fate.every(line => line.startsWith('release'))).toBe(true)
  })

  test('without any success: one event a batch counts as well', async () => {
    const { source, committed } = resuming(many(30).map(event => [event]))
    const { done, letters: kept } = run(
      source,
      memorySink(
        refusing(() => true),
        8,
      ),
      { restart: false },
    )
    await expect(done).rejects.toThrow('refused all 20 events')
    expect(committed()).toBe(0)
    expect(await kept()).toEqual([])
  })

  test.each([
    ['when the source ends', []],
    ['when it has read all there is', [CAUGHT_UP, letters('d')] as const],
  ])('without any success: %s it is failed though there were few', async (_, more) => {
    const { source, fate } = resuming([letters('A'), letters('B'), ...more])
    const { done, letters: kept } = run(source, memorySink(refusing(upper)), { restart: false })
    await expect(done).rejects.toThrow('refused all 2 events')
    expect(await kept()).toEqual([])
    expect(fate).toEqual(['release A', 'release B'])
  })

  test('a later run has to see a success of its own', async () => {
    const { source, fate } = resuming([letters('aB'), CAUGHT_UP, letters('CD'), CAUGHT_UP])
    const { done, letters: kept } = run(source, memorySink(refusing(upper), 8), { restart: false })
    await expect(done).rejects.toThrow('refused all 2 events')
    expect((await kept()).map(({ event }) => event.id)).toEqual(['B'])
    expect(fate).toEqual(['commit aB', 'release CD'])
  })

  test('a stop gives back what is held', async () => {
    const { source, fate } = resuming([letters('A'), letters('B')])
    const sink = memorySink(events => {
      if (events[0]?.id === 'B') stop.abort()
      return refusing(upper)(events)
    })
    const { done, stop, letters: kept } = run(source, sink)
    await done
    expect(fate).toEqual(['release A', 'release B'])
    expect(await kept()).toEqual([])
  })

  test('a success of an earlier batch that is slow counts', async () => {
    const { source, fate } = resuming([letters('a'), many(100)])
    let open = (): void => undefined
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const sink = memorySink(async events => {
      if (events[0]?.id === 'a') await gate
      else setImmediate(open)
      return refusing(({ id }) => id !== 'a')(events)
    }, 8)
    const { done, letters: kept } = run(source, sink)
    await done
    expect(await kept()).toHaveLength(100)
    expect(fate).toHaveLength(2)
  })

  test('once a batch has failed, no further part of a later one is sent', async () => {
    const { source } = resuming([letters('a'), many(100)])
    let later = 0
    let open = (): void => undefined
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const sink = memorySink(async events => {
      if (events[0]?.id === 'a') {
        await gate
        throw new Retryable('down')
      }
      later += 1
      open()
      for (let n = 0; n < 5; n += 1) await new Promise(resolve => setImmediate(resolve))
      return undefined
    }, 8)
    const { done } = run(source, sink, { restart: false, attempts: 1 })
    await expect(done).rejects.toThrow('down')
    expect(later).toBe(1)
  })

  test('a crash between dead letter and commit doubles no letter', async () => {
    const state = memoryState()
    let crash = true
    const fate = resuming([letters('aBC')])
    const source: Source = {
      ...fate.source,
      async *read(context) {
        for await (const batch of fate.source.read(context)) {
          yield {
            ...batch,
            commit: async refused => {
              if (crash) throw new Retryable('the power went')
              await batch.commit?.(refused)
            },
          }
        }
      },
    }
    const first = run(source, memorySink(refusing(upper)), { state, restart: false })
    await expect(first.done).rejects.toThrow('the power went')
    crash = false
    await run(source, memorySink(refusing(upper)), { state }).done
    expect((await lettersOf(state)).map(({ event }) => event.id)).toEqual(['B', 'C'])
    expect(fate.fate).toEqual(['release aBC', 'commit aBC'])
  })
})

test('that nothing is left to deliver does not end the failed state', async () => {
  let runs = 0
  const states: string[] = []
  const source: Source = {
    name: 'test',
    config: Type.Object({}),
    order: 'ordered',
    async *read(): AsyncGenerator<Batch> {
      runs += 1
      if (runs === 3) stop.abort()
      yield { events: [], commit: async () => undefined }
      states.push(status.get().state)
      yield { events: letters('A') }
    },
  }
  const { done, stop, status, clock } = run(source, memorySink(refusing(upper)))
  await done
  expect(states.slice(0, 2)).toEqual(['running', 'failed'])
  expect(clock.slept).toEqual([1000, 2000])
})

test('a sink may refuse after it has acknowledged', async () => {
  const { source, fate } = resuming([letters('ab')])
  const sink = memorySink()
  const { done, letters: kept } = run(source, {
    ...sink,
    async open(context) {
      return {
        async write() {
          await context.refuse(eventOf('b'), 'the flush said no')
          return undefined
        },
      }
    },
  })
  await done
  expect(await kept()).toMatchObject([{ event: { id: 'b' }, reason: 'the flush said no' }])
  expect(fate).toEqual(['commit ab'])
})
