import { describe, expect, test } from '@jest/globals'
import { decode } from '../../src/cloudevents/index.ts'
import { Secret } from '../../src/config/secret.ts'
import { ConfigError } from '../../src/errors.ts'
import { ids, serve, target, write } from './fixtures.ts'
import { eventOf, eventsOf, openTarget } from './side.ts'

describe('what is sent', () => {
  test('is one structured event a request, to the path and query of the target', async () => {
    const server = await serve()
    const outcome = await write(await target(`${server.url}/events/in?tenant=a`), eventsOf(3))
    expect(outcome).toEqual({ refused: [], unsent: [] })
    expect(server.got.map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array(3).fill('POST /events/in?tenant=a'),
    )
    for (const { headers, body } of server.got) {
      expect(headers).toMatchObject({
        'content-type': 'application/cloudevents+json',
        'content-length': String(body.length),
      })
    }
    expect(server.got.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
      expect.arrayContaining(eventsOf(3)),
    )
  })

  test('is binary where that is set', async () => {
    const server = await serve()
    await write(await target(server.url, { mode: 'binary' }), [{ ...eventOf('ä b'), revision: 2 }])
    expect(server.got[0]).toMatchObject({
      headers: { 'ce-id': '%C3%A4%20b', 'ce-revision': '2', 'content-type': 'application/json' },
      body: '{"n":"ä b"}',
    })
  })

  test('is a batch where more than one may go at once', async () => {
    const server = await serve()
    await write(await target(server.url, { batch_size: 4, max_in_flight: 1 }), eventsOf(10))
    expect(server.got.map(({ headers }) => headers['content-type'])).toEqual(
      Array(3).fill('application/cloudevents-batch+json'),
    )
    const batches = server.got.map(({ headers, body }) => decode(headers, Buffer.from(body)).events)
    expect(batches.map(batch => batch.length)).toEqual([4, 4, 2])
    expect(batches.flat()).toEqual(eventsOf(10))
  })

  test('stays below 1 MiB a batch, but for an event that is larger alone', async () => {
    const server = await serve()
    const sizes = [400_000, 400_000, 400_000, 2_000_000, 10]
    const events = sizes.map((size, id) => eventOf(id, 'x'.repeat(size)))
    await write(await target(server.url, { batch_size: 100, max_in_flight: 1 }), events)
    expect(server.got.map(({ body }) => ids(JSON.parse(body) as never))).toEqual([
      ['0', '1'],
      ['2'],
      ['3'],
      ['4'],
    ])
  })

  test('has the configured headers, and the user of the URL', async () => {
    const server = await serve()
    const withUser = server.url.replace('//', '//me%40x:p%20w@')
    await write(await target(withUser, { headers: { 'X-Tenant': new Secret('blue') } }))
    await write(await target(withUser, { headers: { Authorization: new Secret('Bearer t') } }))
    expect(server.got[0]?.headers).toMatchObject({
      'x-tenant': 'blue',
      authorization: `Basic ${Buffer.from('me@x:p w').toString('base64')}`,
    })
    expect(server.got[1]?.headers.authorization).toBe('Bearer t')
  })

  test('a header value that HTTP cannot carry is a config error that does not show it', async () => {
    const opened = openTarget('http://localhost', { headers: { 'x-key': new Secret('hunter2\nx: y') } })
    await expect(opened).rejects.toThrow(ConfigError)
    await expect(opened).rejects.toThrow(/^headers\.x-key: (?!.*hunter2)/)
  })

  test('keeps connections and opens no more than may be in flight', async () => {
    const server = await serve((_, response) => {
      setTimeout(() => response.writeHead(200).end('x'.repeat(20_000)), 2)
    })
    const writer = await target(server.url, { max_in_flight: 3 })
    await Promise.all([write(writer, eventsOf(30)), write(writer, eventsOf(30))])
    await write(writer, eventsOf(5))
    expect(server.got).toHaveLength(65)
    expect(server.connections()).toBeLessThanOrEqual(3)
  })

  test('no more are outstanding than allowed, over all writes', async () => {
    let open = 0
    let most = 0
    const full = Promise.withResolvers<void>()
    const server = await serve(async (_, response) => {
      most = Math.max(most, (open += 1))
      if (most === 4) full.resolve()
      await full.promise
      await new Promise(resolve => setTimeout(resolve, 2))
      open -= 1
      response.writeHead(204).end()
    })
    const writer = await target(server.url, { max_in_flight: 4 })
    expect(writer.concurrency).toBe(4)
    await Promise.all(Array.from({ length: 10 }, () => write(writer, eventsOf(6))))
    expect(most).toBe(4)
  })
})
