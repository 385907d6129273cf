import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decode } from '../../src/cloudevents/index.ts'
import { Gone, Retryable } from '../../src/errors.ts'
import { ids, serve, target, write } from './fixtures.ts'
import { eventOf, eventsOf } from './side.ts'

describe('a mix', () => {
  const statusOf = (id: string) => (id.startsWith('bad') ? 422 : 204)

  test('of refused and safe events settles each alone', async () => {
    const server = await serve(({ body }, response) =>
      response.writeHead(statusOf((JSON.parse(body) as { id: string }).id)).end(),
    )
    const events = ['ok1', 'bad1', 'ok2', 'bad2'].map(id => eventOf(id))
    const outcome = await write(await target(server.url), events)
    expect(outcome.refused?.map(({ event, status }) => [event.id, status]).sort()).toEqual([
      ['bad1', 422],
      ['bad2', 422],
    ])
    expect(outcome.unsent).toEqual([])
  })

  test('in a batch is halved until the refused events stand alone', async () => {
    const accepted = new Set<string>()
    const server = await serve(({ body, headers }, response) => {
      const events = decode(headers, Buffer.from(body)).events
      const bad = events.some(({ id }) => id.startsWith('bad'))
      if (!bad) for (const { id } of events) accepted.add(id)
      response.writeHead(bad ? 400 : 204).end(bad ? `one of ${events.length}` : '')
    })
    const names = Array.from({ length: 20 }, (_, n) => (n === 3 || n === 16 ? `bad${n}` : `ok${n}`))
    const outcome = await write(
      await target(server.url, { batch_size: 10 }),
      names.map(id => eventOf(id)),
    )
    expect(outcome.refused?.map(({ event, reason }) => [event.id, reason]).sort()).toEqual([
      ['bad16', `${server.url} answered 400: one of 1`],
      ['bad3', `${server.url} answered 400: one of 1`],
    ])
    expect(outcome.unsent).toEqual([])
    expect(accepted).toEqual(new Set(names.filter(id => id.startsWith('ok'))))
    const alone = server.got.filter(
      ({ headers }) => headers['content-type'] === 'application/cloudevents+json',
    )
    expect(alone.length).toBeGreaterThan(0)
  })

  test('a target that takes no batches gets each event alone', async () => {
    const server = await serve(({ headers }, response) =>
      response.writeHead(headers['content-type'] === 'application/cloudevents+json' ? 204 : 415).end(),
    )
    expect(await write(await target(server.url, { batch_size: 4 }), eventsOf(9))).toEqual({
      refused: [],
      unsent: [],
    })
  })

  test('an event that is no CloudEvent is refused unsent, in its place', async () => {
    const server = await serve()
    for (const batch_size of [1, 10]) {
      const events = [eventOf(''), eventOf('b', 1n), eventOf('c')]
      const outcome = await write(await target(server.url, { batch_size }), events)
      expect(outcome.refused?.map(({ event, reason }) => [event.id, reason])).toEqual([
        ['', expect.stringMatching(/^id: found ""/)],
        ['b', expect.stringMatching(/^data: JSON cannot hold it/)],
      ])
      expect(outcome.unsent).toEqual([])
    }
    expect(server.got).toHaveLength(2)
  })

  test('a failure starts no further request and keeps what succeeded', async () => {
    const server = await serve(({ body }, response) =>
      response.writeHead((JSON.parse(body) as { id: string }).id === '5' ? 503 : 204).end(),
    )
    const outcome = await write(await target(server.url, { max_in_flight: 1 }), eventsOf(100))
    expect(server.got).toHaveLength(6)
    expect(ids(outcome.unsent)).toEqual(
      eventsOf(100)
        .slice(5)
        .map(({ id }) => id),
    )
    expect(outcome.because).toBeInstanceOf(Retryable)
  })

  test('requests under way when one fails are waited for', async () => {
    const server = await serve(({ body }, response) => {
      const first = (JSON.parse(body) as { id: string }).id === '0'
      if (first) response.writeHead(503).end()
      else setTimeout(() => response.writeHead(204).end(), 20)
    })
    const outcome = await write(await target(server.url, { max_in_flight: 4 }), eventsOf(4))
    expect(ids(outcome.unsent)).toEqual(['0'])
  })

  test('of failures the gravest is the reason', async () => {
    const statuses: Record<string, number> = { 0: 503, 1: 401, 2: 429, 3: 410 }
    const server = await serve(async ({ body }, response) => {
      await server.requests(4)
      response.writeHead(statuses[(JSON.parse(body) as { id: string }).id] ?? 204).end()
    })
    expect((await write(await target(server.url, { max_in_flight: 4 }), eventsOf(4))).because).toBeInstanceOf(
      Gone,
    )
  })
})

describe('any order of answers', () => {
  const plans = fc.array(fc.array(fc.constantFrom(503, 429, 404, 500, 0), { maxLength: 3 }), {
    minLength: 1,
    maxLength: 25,
  })
  const last = fc.func(fc.constantFrom(204, 204, 200, 400, 422))

  test('leaves each event either safe or refused, never both and never lost', async () => {
    let answer: (ids: readonly string[]) => number = () => 204
    const server = await serve(({ headers, body }, response, request) => {
      const { events } = decode(headers, Buffer.from(body))
      const status = answer(events.map(({ id }) => id))
      if (status === 0) request.socket.destroy()
      else response.writeHead(status).end()
    })
    const config = fc.record({
      batch_size: fc.integer({ min: 1, max: 6 }),
      max_in_flight: fc.integer({ min: 1, max: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(plans, last, config, async (plans, last, config) => {
        const accepted = new Set<string>()
        const tries = plans.map(statuses => [...statuses])
        // A request fails while one of its events has a failure left; then it is refused if one of them is to be.
        answer = ids => {
          for (const id of ids) {
            const failure = tries[Number(id)]?.shift()
            if (failure !== undefined) return failure
          }
          const final = ids.map(id => last(id)).find(status => status >= 400) ?? 204
          if (final === 204) for (const id of ids) accepted.add(id)
          return final
        }
        const writer = await target(server.url, config)
        const events = eventsOf(plans.length)
        const refused = new Set<string>()
        for (let pending = events; pending.length > 0; ) {
          const outcome = await write(writer, pending)
          for (const { event } of outcome.refused ?? []) refused.add(event.id)
          expect(outcome.unsent?.length === 0 || outcome.because instanceof Retryable).toBe(true)
          pending = [...(outcome.unsent ?? [])]
        }
        const expected = events.filter(({ id }) => last(id) >= 400).map(({ id }) => id)
        expect(refused).toEqual(new Set(expected))
        expect([...accepted].filter(id => refused.has(id))).toEqual([])
        expect(accepted.size + refused.size).toBe(events.length)
      }),
      { numRuns: 40 },
    )
  })
})
