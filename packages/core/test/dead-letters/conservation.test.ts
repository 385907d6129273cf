import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CloudEvent, Outcome } from '../../src/connector.ts'
import { Retryable } from '../../src/errors.ts'
import { memorySink } from '../support/sink.ts'
import { eventOf, idsOf, resuming, run } from './running.ts'

interface Scenario {
  /** Whether an event is refused for good. */
  readonly bad: (id: number) => boolean
  /** Whether the sink fails at an event for now; asked at each attempt. */
  readonly down: () => boolean
}

/** Sizes of batches; an event's number is its id. */
const sizes = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 12 })
const concurrency = fc.integer({ min: 1, max: 8 })
const never = (): boolean => false

/**
 * Whether a run has a success before an empty batch, which ends what may be held, wherever it begins: without one it
 * fails again and again, and is for another test.
 */
const succeed = (
  batches: readonly (readonly CloudEvent[])[],
  good: (event: CloudEvent) => boolean,
): boolean =>
  batches.every((batch, at) => {
    const end = batches.findIndex(({ length }, other) => other > at && length === 0)
    return (
      batch.length === 0 ||
      batches
        .slice(at, end === -1 ? undefined : end)
        .flat()
        .some(good)
    )
  })

async function carry(counts: readonly number[], width: number, { bad, down }: Scenario) {
  let number = 0
  // The last event is good: a run that begins behind all others sees a success too.
  const batches = [...counts, 1].map(count => Array.from({ length: count }, () => eventOf(number++)))
  const last = String(number - 1)
  fc.pre(succeed(batches, ({ id }) => id === last || !bad(Number(id))))
  const { source, fate } = resuming(batches)
  const sink = memorySink((events): Outcome => {
    const unsent = events.filter(down)
    const refused = events
      .filter(event => !unsent.includes(event) && event.id !== last && bad(Number(event.id)))
      .map(event => ({ event, reason: 'bad', status: 400 }))
    return { unsent, refused, because: new Retryable('down') }
  }, width)
  const running = run(source, sink, { restart: true })
  await running.done
  const read = batches.flat()
  const expected = idsOf(read.slice(0, -1).filter(({ id }) => bad(Number(id))))
  return { read, expected, sink, fate, letters: await running.letters(), batches }
}

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)]
const byNumber = (ids: readonly string[]): string[] => ids.toSorted((a, b) => Number(a) - Number(b))

/** Nothing lost, nothing unknown, nothing in both places, no letter twice, commits in order. */
function expectConserved({ read, sink, fate, letters, batches }: Awaited<ReturnType<typeof carry>>): void {
  const delivered = distinct(idsOf(sink.safe))
  const dead = letters.map(({ event }) => event.id)
  expect(byNumber([...delivered, ...dead])).toEqual(idsOf(read))
  const commits = fate.filter(line => line.startsWith('commit'))
  expect(commits).toEqual(batches.map((batch: readonly CloudEvent[]) => `commit ${idsOf(batch).join('')}`))
}

/** Few enough that each run has a success in time; where none comes is another test. */
const sometimes = fc.tuple(fc.nat(), fc.integer({ min: 2, max: 5 })).map(
  ([seed, every]) =>
    (id: number): boolean =>
      (id * 7919 + seed) % every === 0,
)
/** Fails often, and never for ever. */
const flaky = fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }).map(answers => () => {
  let at = 0
  return (): boolean => answers[at++] ?? false
})

describe('delivered + dead-lettered = read', () => {
  test('all succeed', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, concurrency, async (counts, width) => {
        const result = await carry(counts, width, { bad: never, down: never })
        expectConserved(result)
        expect(result.letters).toEqual([])
        expect(idsOf(result.sink.safe)).toHaveLength(result.read.length)
      }),
      { numRuns: 40 },
    )
  })

  test('random retryable', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, concurrency, flaky, async (counts, width, down) => {
        const result = await carry(counts, width, { bad: never, down: down() })
        expectConserved(result)
        expect(result.letters).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('random permanent', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, concurrency, sometimes, async (counts, width, bad) => {
        const result = await carry(counts, width, { bad, down: never })
        expectConserved(result)
        // In order, and nothing is sent twice.
        expect(result.letters.map(({ event }) => event.id)).toEqual(result.expected)
        expect(distinct(idsOf(result.sink.safe))).toHaveLength(result.sink.safe.length)
      }),
      { numRuns: 60 },
    )
  })

  test('mixed', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, concurrency, sometimes, flaky, async (counts, width, bad, down) => {
        const result = await carry(counts, width, { bad, down: down() })
        expectConserved(result)
        expect(byNumber(result.letters.map(({ event }) => event.id))).toEqual(result.expected)
      }),
      { numRuns: 80 },
    )
  })

  test('nothing is taken at all: nothing is dead-lettered or committed', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, concurrency, async (counts, width) => {
        fc.pre(counts.some(count => count > 0))
        const batches = counts.map((count, at) =>
          Array.from({ length: count }, (_, n) => eventOf(`${at}.${n}`)),
        )
        const { source, fate } = resuming(batches)
        const sink = memorySink(
          events => ({ refused: events.map(event => ({ event, reason: 'bad' })) }),
          width,
        )
        const { done, letters } = run(source, sink, { restart: false })
        await expect(done).rejects.toThrow('took none')
        expect(await letters()).toEqual([])
        expect(fate.filter(line => line.startsWith('commit ') && line !== 'commit ')).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})
