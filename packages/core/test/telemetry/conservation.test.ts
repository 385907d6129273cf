import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Type } from 'typebox'
import { connect } from '../../src/connect/connect.ts'
import type { Batch, CloudEvent, Outcome, Source } from '../../src/connector.ts'
import { AuthError, Retryable } from '../../src/errors.ts'
import { createStatus } from '../../src/status.ts'
import { createRegistry } from '../../src/telemetry/registry.ts'
import { jumpingClock } from '../support/clock.ts'
import { memoryState, testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { sumOf } from './reading.ts'

type Answer = 'take' | 'refuse all' | 'refuse one' | 'part' | 'down' | 'throw' | 'auth'
const ANSWERS: readonly Answer[] = ['take', 'refuse all', 'refuse one', 'part', 'down', 'throw', 'auth']

interface Script {
  readonly order: Source['order']
  /** Events of each batch. */
  readonly batches: readonly number[]
  /** What the sink says, attempt by attempt; then it takes everything. */
  readonly answers: readonly Answer[]
  readonly concurrency: number
  /** After so many attempts it is told to stop. */
  readonly stopAfter: number
}

const scripts = fc.record<Script>({
  order: fc.constantFrom('ordered', 'independent'),
  batches: fc.array(fc.nat(12), { minLength: 1, maxLength: 8 }),
  answers: fc.array(fc.constantFrom(...ANSWERS), { maxLength: 30 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  stopAfter: fc.integer({ min: 1, max: 60 }),
})

function answerOf(answer: Answer, events: readonly CloudEvent[]): Outcome | undefined {
  const refused = (of: readonly CloudEvent[]) => ({ refused: of.map(event => ({ event, reason: 'no' })) })
  if (answer === 'take') return undefined
  if (answer === 'refuse all') return refused(events)
  if (answer === 'refuse one') return refused(events.slice(0, 1))
  if (answer === 'part') return { unsent: events.slice(1), because: new Retryable('part') }
  if (answer === 'auth') return { unsent: events, because: new AuthError('401') }
  if (answer === 'throw') throw new Error('broken')
  return { unsent: events, because: new Retryable('down') }
}

/** The five sides, and what should be their sum. */
async function sides(text: () => Promise<string>) {
  const shown = await text()
  const of = (name: string): number => sumOf(shown, `billow_events_${name}`)
  return {
    read: of('read_total'),
    delivered: of('delivered_total'),
    deadLettered: of('dead_lettered_total'),
    refused: of('refused_total'),
    released: of('released_total'),
    inFlight: of('in_flight'),
  }
}

async function play({ order, batches, answers, concurrency, stopAfter }: Script): Promise<void> {
  const registry = createRegistry()
  const clock = jumpingClock('2024-05-06T00:00:00Z')
  const stop = new AbortController()
  const truth = { read: 0, delivered: 0, turnedDown: 0, released: 0 }
  const broken: object[] = []
  const look = async (): Promise<void> => {
    const { read, delivered, deadLettered, refused, released, inFlight } = await sides(registry.text)
    if (inFlight >= 0 && read === delivered + deadLettered + refused + released + inFlight) return
    // Thrown here, it would only be one more failure to try again after.
    broken.push({ read, delivered, deadLettered, refused, released, inFlight })
    stop.abort()
  }
  let next = 0
  const source: Source = {
    name: 'numbers',
    config: Type.Object({}),
    order,
    async *read({ signal }): AsyncGenerator<Batch> {
      for (let at = next; at < batches.length && !signal.aborted; at += 1) {
        const events = Array.from({ length: batches[at] ?? 0 }, (_, n) => eventOf(`${at}-${n}`))
        truth.read += events.length
        await look()
        yield {
          events,
          async commit(refused) {
            await look()
            next = at + 1
            truth.turnedDown += refused.length
            truth.delivered += events.length - refused.length
          },
          async release() {
            truth.released += events.length
            await look()
          },
        }
      }
    },
  }
  let attempt = 0
  const sink = memorySink(async events => {
    attempt += 1
    if (attempt >= stopAfter) stop.abort()
    const answer = answers[attempt - 1] ?? 'take'
    await look()
    return answerOf(answer, events)
  }, concurrency)
  const watched = {
    ...clock,
    async sleep(ms: number, signal?: AbortSignal) {
      await look()
      // A sink that refuses everything is tried for ever.
      if (clock.slept.length > 100) stop.abort()
      await clock.sleep(ms, signal)
    },
  }
  const side = testSide(watched, {}, memoryState(), registry.meter({ connector: 'numbers' }))
  await connect(source, side, sink, side, {
    attempts: 2,
    status: createStatus('numbers', clock.now),
    stop: stop.signal,
    abandon: stop.signal,
    restart: true,
    random: () => 0.5,
  })
  expect(broken).toEqual([])
  const { read, delivered, deadLettered, refused, released, inFlight } = await sides(registry.text)
  expect({ read, delivered, turnedDown: deadLettered + refused, released, inFlight }).toEqual({
    ...truth,
    inFlight: 0,
  })
  expect(order === 'ordered' ? refused : deadLettered).toBe(0)
}

const eventOf = (id: string): CloudEvent => ({ specversion: '1.0', id, source: 's', type: 't' })

describe('read = delivered + dead-lettered + refused + released + in flight', () => {
  test('whatever the sink answers, at every moment, and at the end nothing is in flight', async () => {
    await fc.assert(fc.asyncProperty(scripts, play), { numRuns: 150 })
  })

  test('held refusals are in flight until the sink takes something', async () => {
    const registry = createRegistry()
    const clock = jumpingClock('2024-05-06T00:00:00Z')
    const seen: Awaited<ReturnType<typeof sides>>[] = []
    const source: Source = {
      name: 'two',
      config: Type.Object({}),
      order: 'ordered',
      async *read() {
        yield { events: [eventOf('a')] }
        yield { events: [eventOf('b')] }
      },
    }
    const sink = memorySink(async events => {
      seen.push(await sides(registry.text))
      return events[0]?.id === 'a' ? { refused: events.map(event => ({ event, reason: 'no' })) } : undefined
    })
    const side = testSide(clock, {}, memoryState(), registry.meter({ connector: 'two' }))
    const { signal } = new AbortController()
    await connect(source, side, sink, side, {
      attempts: 1,
      status: createStatus('two', clock.now),
      stop: signal,
      abandon: signal,
      restart: false,
    })
    expect(seen.map(({ inFlight, deadLettered }) => [inFlight, deadLettered])).toEqual([
      [1, 0],
      [2, 0],
    ])
    expect(await sides(registry.text)).toMatchObject({ delivered: 1, deadLettered: 1, inFlight: 0 })
  })
})
