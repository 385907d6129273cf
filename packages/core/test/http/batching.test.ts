import { describe, expect, test } from '@jest/globals'
import { decode } from '../../src/cloudevents/index.ts'
import { deliver } from '../../src/connect/deliver.ts'
import { Retryable } from '../../src/errors.ts'
import type { Clock } from '../../src/clock.ts'
import { jumpingClock } from '../support/clock.ts'
import { ids, serve, target, write } from './fixtures.ts'
import { eventOf, eventsOf, never } from './side.ts'

const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** What a test server got, as ids by request. */
const idsOf = ({ headers, body }: { headers: object; body: string }): string[] =>
  decode(headers as never, Buffer.from(body)).events.map(({ id }) => id)

/** A clock whose sleeps end when the test says so. */
function stoppedClock(): Clock & { readonly slept: number[]; elapse(): void } {
  const asleep: (() => void)[] = []
  const slept: number[] = []
  return {
    slept,
    now: () => new Date('2024-05-06T00:00:00Z'),
    sleep(ms, signal) {
      slept.push(ms)
      return new Promise((resolve, reject) => {
        asleep.push(resolve)
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    },
    elapse: () => asleep.splice(0).forEach(wake => wake()),
  }
}

describe('writes that are under way at once', () => {
  test('share requests, and each settles with its own events', async () => {
    const server = await serve(({ headers, body }, response) => {
      const bad = idsOf({ headers, body }).some(id => id.startsWith('bad'))
      response.writeHead(bad ? 422 : 204).end()
    })
    const writer = await target(server.url, { batch_size: 100 })
    const events = ['a', 'bad', 'c', 'd'].map(id => eventOf(id))
    const outcomes = await Promise.all(events.map(event => write(writer, [event])))
    expect(idsOf(server.got[0]!)).toEqual(['a', 'bad', 'c', 'd'])
    expect(outcomes.map(({ refused }) => ids(refused?.map(({ event }) => event)))).toEqual([
      [],
      ['bad'],
      [],
      [],
    ])
    expect(outcomes.map(({ unsent }) => ids(unsent))).toEqual([[], [], [], []])
  })

  test('go together when all requests are outstanding, without a wait', async () => {
    const answers: (() => void)[] = []
    const server = await serve((_, response) => {
      answers.push(() => response.writeHead(204).end())
    })
    const writer = await target(server.url, { batch_size: 10, max_in_flight: 1 })
    const writes = [write(writer, [eventOf('first')])]
    await server.requests(1)
    for (const event of eventsOf(25)) {
      writes.push(write(writer, [event]))
      await tick()
    }
    expect(server.got).toHaveLength(1)
    for (let n = 1; n <= 4; n += 1) {
      await server.requests(n)
      answers[n - 1]?.()
    }
    await Promise.all(writes)
    expect(server.got.map(got => idsOf(got).length)).toEqual([1, 10, 10, 5])
  })

  test('are no more requests than max_in_flight', async () => {
    let outstanding = 0
    let most = 0
    const full = Promise.withResolvers<void>()
    const server = await serve(async (_, response) => {
      outstanding += 1
      most = Math.max(most, outstanding)
      if (most === 3) full.resolve()
      await full.promise
      for (let n = 0; n < 5; n += 1) await tick()
      outstanding -= 1
      response.writeHead(204).end()
    })
    const writer = await target(server.url, { batch_size: 2, max_in_flight: 3 })
    await Promise.all(eventsOf(60).map(event => write(writer, [event])))
    expect(most).toBe(3)
    expect(server.got.flatMap(idsOf).sort()).toEqual(
      eventsOf(60)
        .map(({ id }) => id)
        .sort(),
    )
  })

  test('fail alone: only what was in the failed request is unsent', async () => {
    const server = await serve((got, response) =>
      response.writeHead(idsOf(got).includes('down') ? 503 : 204).end(),
    )
    const writer = await target(server.url, { batch_size: 2, max_in_flight: 1 })
    const events = ['a', 'b', 'down', 'd', 'e', 'f'].map(id => eventOf(id))
    const outcomes = await Promise.all(events.map(event => write(writer, [event])))
    expect(outcomes.map(({ unsent }) => unsent?.length)).toEqual([0, 0, 1, 1, 0, 0])
    expect(outcomes[2]?.because).toBeInstanceOf(Retryable)
  })
})

describe('batch_wait', () => {
  test('is how long a request that is not full waits, and no longer', async () => {
    const server = await serve()
    const clock = stoppedClock()
    const writer = await target(server.url, { batch_size: 3, batch_wait: 0.05 }, clock)
    const early = [write(writer, [eventOf('a')]), write(writer, [eventOf('b')])]
    for (let n = 0; n < 20; n += 1) await tick()
    expect(server.got).toEqual([])
    expect(clock.slept).toEqual([50])
    clock.elapse()
    await Promise.all(early)
    expect(server.got.map(idsOf)).toEqual([['a', 'b']])
    // Nobody waits for a request that is full.
    await Promise.all(['c', 'd', 'e'].map(id => write(writer, [eventOf(id)])))
    expect(server.got.slice(1).map(idsOf)).toEqual([['c', 'd', 'e']])
  })

  test('ends at once when the write is abandoned, and with the writer', async () => {
    const server = await serve()
    const writer = await target(server.url, { batch_size: 3, batch_wait: 5 }, stoppedClock())
    const abandon = new AbortController()
    const waiting = write(writer, [eventOf('a')], abandon.signal)
    abandon.abort()
    expect(await waiting).toMatchObject({ unsent: [{ id: 'a' }], because: expect.any(Retryable) })
    await writer.close?.()
    expect(server.got).toEqual([])
  })
})

test('batch_bytes bounds the body of a request', async () => {
  const server = await serve()
  const writer = await target(server.url, { batch_size: 100, batch_bytes: 2000, max_in_flight: 1 })
  const sizes = [700, 700, 700, 5000, 10]
  await Promise.all(sizes.map((size, id) => write(writer, [eventOf(id, 'x'.repeat(size))])))
  expect(server.got.map(idsOf)).toEqual([['0', '1'], ['2'], ['3'], ['4']])
})

describe('pain 12: of a batch that was taken in part', () => {
  test('refused and failing in one halved batch: only what failed is sent again', async () => {
    const accepted: string[] = []
    let down = true
    const server = await serve((got, response) => {
      const events = idsOf(got)
      // The second half fails once, while the first is being halved for the sake of `bad`.
      if (!events.includes('bad') && events.includes('6') && down) {
        down = false
        return response.writeHead(503).end()
      }
      if (events.includes('bad')) return response.writeHead(400).end('no')
      accepted.push(...events)
      return response.writeHead(204).end()
    })
    const writer = await target(server.url, { batch_size: 8, max_in_flight: 1 })
    const events = ['0', 'bad', '2', '3', '4', '5', '6', '7'].map(id => eventOf(id))
    const first = await write(writer, events)
    expect(first.refused?.map(({ event }) => event.id)).toEqual(['bad'])
    expect(ids(first.unsent)).toEqual(['4', '5', '6', '7'])
    const second = await write(writer, first.unsent)
    expect(second).toEqual({ refused: [], unsent: [] })
    expect(accepted.toSorted()).toEqual(['0', '2', '3', '4', '5', '6', '7'])
  })

  test('a half that fails leaves the other half unsent', async () => {
    const server = await serve((got, response) =>
      response.writeHead(idsOf(got).includes('bad') ? 400 : 503).end(),
    )
    const writer = await target(server.url, { batch_size: 4 })
    const outcome = await write(
      writer,
      ['0', '1', '2', 'bad'].map(id => eventOf(id)),
    )
    expect(outcome).toMatchObject({ refused: [], because: expect.any(Retryable) })
    expect(ids(outcome.unsent)).toEqual(['0', '1', '2', 'bad'])
    expect(server.got.map(got => idsOf(got).length)).toEqual([4, 2])
  })

  test('progress begins the attempts anew, and nothing that is safe is sent again', async () => {
    const accepted: string[] = []
    const server = await serve((got, response) => {
      const events = idsOf(got)
      // Takes one request, then fails twice, and so on: three attempts without progress would be the end.
      const ok = server.got.length % 3 === 1
      if (ok) accepted.push(...events)
      response.writeHead(ok ? 204 : 503).end()
    })
    const writer = await target(server.url, { batch_size: 2, max_in_flight: 1 })
    const refused = await deliver(eventsOf(12), {
      writer,
      attempts: 3,
      clock: jumpingClock('2024-05-06T00:00:00Z'),
      random: () => 1,
      stop: never,
      abandon: never,
      onRetry: () => undefined,
    })
    expect(refused).toEqual([])
    expect(accepted).toEqual(eventsOf(12).map(({ id }) => id))
  })
})
