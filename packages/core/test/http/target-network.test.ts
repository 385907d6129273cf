import { describe, expect, test } from '@jest/globals'
import { Retryable } from '../../src/errors.ts'
import { ids, serve, target, tcp, write } from './fixtures.ts'
import { closedPort, type startTcp } from './servers.ts'
import { eventOf, eventsOf } from './side.ts'

describe('a target that is not there', () => {
  test('is tried again', async () => {
    const url = await closedPort()
    const { because, unsent } = await write(await target(url), eventsOf(20))
    expect(unsent).toHaveLength(20)
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toMatch(new RegExp(`^no answer from ${url}: .*connect ECONNREFUSED`))
  })

  test.each<[string, Parameters<typeof startTcp>[0]]>([
    ['closes the connection', socket => socket.destroy()],
    ['closes after the request', socket => socket.once('data', () => socket.end())],
    ['resets the connection', socket => socket.once('data', () => socket.resetAndDestroy())],
    ['does not speak HTTP', socket => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))],
    ['ends within the head', socket => socket.once('data', () => socket.end('HTTP/1.1 204 No'))],
  ])('or %s', async (_, onConnection) => {
    const server = await tcp(onConnection)
    const { because, unsent } = await write(await target(server.url))
    expect(unsent).toHaveLength(1)
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toMatch(`no answer from ${server.url}: `)
  })

  test('or says nothing within the time', async () => {
    const server = await tcp(() => undefined)
    const { because } = await write(await target(server.url, { timeout: 1 }))
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toBe(`${server.url} did not answer within 1 s`)
  })

  test('or trickles its head', async () => {
    const server = await tcp(socket => {
      const letters = 'HTTP/1.1 200 OK\r\nx-slow: aaaaaaaaaaaaaaa'.split('')
      const timer = setInterval(() => socket.write(letters.shift() ?? 'a'), 50)
      socket.on('close', () => clearInterval(timer))
    })
    expect((await write(await target(server.url, { timeout: 1 }))).because).toBeInstanceOf(Retryable)
  })
})

describe('an abort', () => {
  test.each<[string, Parameters<typeof startTcp>[0]]>([
    ['hangs', () => undefined],
    ['trickles', socket => void setInterval(() => socket.writable && socket.write('H'), 50).unref()],
    ['does not read', socket => void socket.pause()],
  ])('leaves a target that %s at once', async (_, onConnection) => {
    const abort = new AbortController()
    const server = await tcp(socket => {
      onConnection(socket)
      setTimeout(() => abort.abort(), 20)
    })
    const events = [eventOf('big', 'x'.repeat(5_000_000)), ...eventsOf(50)]
    const { unsent, because } = await write(
      await target(server.url, { max_in_flight: 2 }),
      events,
      abort.signal,
    )
    expect(unsent).toEqual(events)
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toMatch(/^stopped before/)
  })

  test('leaves a connection that does not come about', async () => {
    const abort = new AbortController()
    // Its TLS handshake is never answered, so that no request can start.
    const server = await tcp(() => {
      setTimeout(() => abort.abort(), 20)
    })
    const writer = await target(server.url.replace('http:', 'https:'))
    expect((await write(writer, eventsOf(3), abort.signal)).unsent).toHaveLength(3)
  })

  test('reports what was settled before it', async () => {
    const abort = new AbortController()
    const server = await serve(({ body }, response) => {
      const { id } = JSON.parse(body) as { id: string }
      if (Number(id) < 3) response.writeHead(id === '1' ? 400 : 204).end()
      else abort.abort()
    })
    const outcome = await write(await target(server.url, { max_in_flight: 1 }), eventsOf(10), abort.signal)
    expect(ids(outcome.unsent)).toEqual(['3', '4', '5', '6', '7', '8', '9'])
    expect(outcome.refused?.map(({ event }) => event.id)).toEqual(['1'])
  })

  test('before the first request sends nothing, and the writer still works', async () => {
    const server = await serve()
    const writer = await target(server.url)
    expect((await write(writer, eventsOf(3), AbortSignal.abort())).unsent).toHaveLength(3)
    expect(server.got).toEqual([])
    expect((await write(writer, eventsOf(3))).unsent).toEqual([])
  })

  test('of one write leaves the others alone', async () => {
    const abort = new AbortController()
    const held: (() => void)[] = []
    const server = await serve((_, response) => {
      held.push(() => response.writeHead(204).end())
    })
    const writer = await target(server.url, { max_in_flight: 2 })
    const writes = [write(writer, eventsOf(3), abort.signal), write(writer, eventsOf(3))]
    await server.requests(2)
    abort.abort()
    expect((await writes[0])?.unsent).toHaveLength(3)
    await server.requests(4)
    for (;;) {
      const release = held.pop()
      if (release) release()
      else if (server.got.length === 5) break
      else await server.requests(server.got.length + 1)
    }
    expect((await writes[1])?.unsent).toEqual([])
  })
})
