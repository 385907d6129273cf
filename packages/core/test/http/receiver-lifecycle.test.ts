import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { Agent, request } from 'undici'
import { encodeStructured } from '../../src/cloudevents/index.ts'
import { ConfigError } from '../../src/errors.ts'
import { createReceiver } from '../../src/http/index.ts'
import { freePort } from '../support/port.ts'
import { atEnd, serve, target, write } from './fixtures.ts'
import { ask, caughtUp, dial, head, hold, post, receive } from './receiving.ts'
import { contextOf, eventOf, eventsOf, receiverOf } from './side.ts'

const first = (config = receiverOf()) =>
  createReceiver().read(contextOf(config))[Symbol.asyncIterator]().next()

describe('a stop', () => {
  test('ends the iteration, and the port is free', async () => {
    // Nobody is given this one by chance meanwhile.
    const port = await freePort()
    const { stop, ended, url } = await receive({ port })
    await post(url, eventOf('a'))
    stop.abort()
    await ended
    await expect(post(url, eventOf('b'))).rejects.toThrow(/ECONNREFUSED/)
    const again = await receive({ port })
    expect((await post(again.url, eventOf('c'))).status).toBe(204)
  })

  test('lets what was read be answered', async () => {
    const { stop, ended, url, batch } = await receive({}, hold)
    const replies = [post(url, eventOf('a')), post(url, eventOf('b'))]
    await batch(1)
    stop.abort()
    await ended
    await (await batch(0)).commit?.([])
    await (await batch(1)).release?.(new Error('stopped'))
    const answers = await Promise.all(replies)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 503]))
    for (const { headers } of answers) expect(headers.connection).toBe('close')
  })

  test('turns away what was not read', async () => {
    const stop = new AbortController()
    const address = Promise.withResolvers<number>()
    const receiver = createReceiver({ onListening: ({ port }) => address.resolve(port) })
    const reading = receiver.read(contextOf(receiverOf(), stop.signal))[Symbol.asyncIterator]()
    const next = reading.next()
    const url = `http://127.0.0.1:${await address.promise}`
    const read = post(url, eventOf('a'))
    const { value } = await next
    const unread = await dial(await address.promise)
    const body = JSON.stringify(eventOf('b'))
    unread.write(head(body.length) + body)
    await caughtUp(url)
    stop.abort()
    await value?.commit?.([])
    expect(await reading.next()).toMatchObject({ done: true })
    expect((await read).status).toBe(204)
    await unread.gone
    expect(unread.heard()).toMatch(/^HTTP\/1.1 503 /)
    expect(unread.heard().toLowerCase()).toMatch(/\r\nretry-after: 1\r\n(.*\r\n)*connection: close\r\n/)
  })

  test.each([
    ['that is idle', ''],
    ['within its head', 'POST / HTTP/1.1\r\n'],
    ['within a small body', `${head(100)}{`],
    ['within a large body', `${head(200_000)}{`],
  ])('closes a connection %s', async (_, text) => {
    const { stop, ended, port, url } = await receive()
    const socket = await dial(port)
    socket.write(text)
    await caughtUp(url)
    stop.abort()
    await ended
    await socket.gone
    expect(socket.heard()).toMatch(text.includes('{') ? /^HTTP\/1.1 503 / : /^$/)
  })

  test('closes a connection that is kept after its answer', async () => {
    const { stop, ended, url } = await receive()
    const agent = new Agent()
    atEnd(() => agent.destroy())
    const gone = once(agent, 'disconnect')
    await (
      await request(url, { ...encodeStructured(eventOf('a')), method: 'POST', dispatcher: agent })
    ).body.dump()
    stop.abort()
    await ended
    await gone
  })

  test('before the start opens nothing', async () => {
    const opened: unknown[] = []
    const receiver = createReceiver({ onListening: address => opened.push(address) })
    const next = receiver.read(contextOf(receiverOf(), AbortSignal.abort()))[Symbol.asyncIterator]().next()
    expect(await next).toMatchObject({ done: true })
    expect(opened).toEqual([])
  })

  test('by leaving the loop closes the port too', async () => {
    const address = Promise.withResolvers<number>()
    const receiver = createReceiver({ onListening: ({ port }) => address.resolve(port) })
    const leave = async () => {
      for await (const { commit } of receiver.read(contextOf(receiverOf()))) {
        await commit?.([])
        break
      }
    }
    const left = leave()
    const url = `http://127.0.0.1:${await address.promise}`
    expect((await post(url, eventOf('a'))).status).toBe(204)
    await left
    await expect(post(url, eventOf('b'))).rejects.toThrow(/ECONNREFUSED/)
  })
})

describe('a port', () => {
  test('that is in use is a config error', async () => {
    const port = Number(new URL((await serve()).url).port)
    await expect(first(receiverOf({ port }))).rejects.toThrow(ConfigError)
    await expect(first(receiverOf({ port }))).rejects.toThrow(`port: ${port} is in use by another program`)
  })

  test('of a host that is not here is one too', async () => {
    await expect(first(receiverOf({ host: '192.0.2.1' }))).rejects.toThrow(
      /^host: found "192.0.2.1"; an address of this machine/,
    )
  })
})

describe('/healthz and /readyz', () => {
  test('say what they are told, and nothing is read', async () => {
    let ready = false
    const readiness = () => ({
      ready,
      body: { connectors: [{ name: 'x', state: ready ? 'running' : 'starting' }] },
    })
    const { url, batches } = await receive({}, hold, { watch: { readiness } })
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, json: { status: 'alive' } })
    expect(await ask(`${url}/readyz`)).toMatchObject({
      status: 503,
      json: { connectors: [{ name: 'x', state: 'starting' }] },
    })
    ready = true
    expect(await ask(`${url}/readyz?verbose`)).toMatchObject({
      status: 200,
      json: { connectors: [{ state: 'running' }] },
    })
    expect(await ask(`${url}/readyz`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    expect(batches).toEqual([])
  })
})

describe('our target and our receiver', () => {
  test.each([
    { mode: 'structured', batch_size: 1 },
    { mode: 'binary', batch_size: 1 },
    { mode: 'structured', batch_size: 7 },
  ] as const)('understand each other, refusals included: %j', async config => {
    const safe = new Set<string>()
    const { url } = await receive({}, async batch => {
      const refused = batch.events.filter(({ id }) => Number(id) % 10 === 3)
      for (const { id } of batch.events) if (Number(id) % 10 !== 3) safe.add(id)
      await batch.commit?.(refused.map(event => ({ event, reason: `no ${event.id}` })))
    })
    const outcome = await write(await target(url, config), eventsOf(40))
    expect(outcome.unsent).toEqual([])
    expect(outcome.refused?.map(({ event, reason }) => [event.id, reason]).sort()).toEqual(
      ['13', '23', '3', '33'].map(id => [id, `${url} answered 400: refused: no ${id}`]),
    )
    expect(safe.size).toBe(36)
  })

  test('tell each other to wait', async () => {
    const { url } = await receive({}, async batch => batch.release?.(new Error('down')))
    const outcome = await write(await target(url), eventsOf(3))
    expect(outcome.unsent).toHaveLength(3)
    expect(outcome.because).toHaveProperty('retryAfterMs', 1000)
  })
})
