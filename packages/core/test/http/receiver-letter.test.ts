// What the specifications say of messages over HTTP, asked of the receiver from outside.
import { describe, expect, test } from '@jest/globals'
import { encodeBinary, encodeStructured } from '../../src/cloudevents/index.ts'
import type { CloudEvent } from '../../src/connector.ts'
import { serve, target, write } from './fixtures.ts'
import { ask, dial, post, receive } from './receiving.ts'
import { eventOf, eventsOf } from './side.ts'

const BATCH = 'application/cloudevents-batch+json'
const binaryHeaders = { 'ce-specversion': '1.0', 'ce-id': 'a', 'ce-source': 's', 'ce-type': 't' }
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
const structured = (data: string): string =>
  `{"specversion":"1.0","id":"a","source":"s","type":"t","data":${data}}`

/** Posts and gives the one event that was read. */
async function taken(
  headers: Record<string, string>,
  body: string | Buffer,
): Promise<CloudEvent | undefined> {
  const { url, batches } = await receive()
  const reply = await ask(url, { method: 'POST', headers, body })
  expect([reply.status, reply.text]).toEqual([204, ''])
  return batches[0]?.events[0]
}

describe('data of every JSON type', () => {
  const values = [0, -1.5, false, true, null, '', 'text', [], [null], {}, { a: [{ b: '' }] }]

  test.each(values)('%j arrives in both modes', async data => {
    const event = eventOf('a', data)
    for (const { headers, body } of [encodeStructured(event), encodeBinary(event)]) {
      expect(await taken(headers, body)).toStrictEqual(event)
    }
  })

  test.each(values)('%j leaves in both modes', async data => {
    const { url, batches } = await receive()
    for (const mode of ['structured', 'binary'] as const) {
      await write(await target(url, { mode }), [eventOf('a', data)])
    }
    expect(batches.map(({ events }) => events)).toStrictEqual([[eventOf('a', data)], [eventOf('a', data)]])
  })

  test('bytes leave and arrive as they are', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    const { data: _, ...rest } = eventOf('a')
    const event = { ...rest, datacontenttype: 'image/png', data_base64: bytes.toString('base64') }
    const server = await serve()
    await write(await target(server.url, { mode: 'binary' }), [event])
    expect(server.got[0]?.headers['content-length']).toBe('256')
    const { url, batches } = await receive()
    for (const mode of ['structured', 'binary'] as const) await write(await target(url, { mode }), [event])
    expect(batches.map(({ events }) => events[0])).toStrictEqual([event, event])
  })
})

describe('the media type', () => {
  test.each([BATCH, `${BATCH}; charset=utf-8`, 'Application/CloudEvents-Batch+JSON ;Charset="UTF-8"'])(
    'of a batch may be %s',
    async type => {
      const { url, batches } = await receive()
      const body = JSON.stringify(eventsOf(3))
      expect((await post(url, body, { 'content-type': type })).status).toBe(204)
      expect(batches[0]?.events).toHaveLength(3)
      expect((await post(url, '[]', { 'content-type': type })).status).toBe(204)
    },
  )

  test.each(['application/json; charset=UTF-8', 'APPLICATION/Problem+JSON'])(
    'of data stays as it came: %s',
    async type => {
      const event = await taken({ ...binaryHeaders, 'content-type': type }, '{"a":"ä"}')
      expect(event).toMatchObject({ datacontenttype: type, data: { a: 'ä' } })
    },
  )
})

describe('header values', () => {
  test('come back as they were, whatever is in them', async () => {
    const { url, batches } = await receive()
    const subject = 'Euro € 😀 100% "quoted" \\ a%20b, c; d'
    await write(await target(url, { mode: 'binary' }), [{ ...eventOf('a'), subject, ext: subject }])
    expect(batches[0]?.events[0]).toMatchObject({ subject, ext: subject })
  })

  test.each([
    ['a line feed', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['NUL', 'a\0b'],
  ])('with %s are no HTTP, and nothing of them is taken', async (_, value) => {
    const { port, batches } = await receive()
    const socket = await dial(port)
    const lines = Object.entries(binaryHeaders).map(([name, text]) => `${name}: ${text}\r\n`)
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${lines.join('')}ce-subject: ${value}\r\n`)
    socket.write('content-length: 0\r\n\r\n')
    await socket.gone
    expect(socket.heard()).toMatch(/^HTTP\/1\.1 400 /)
    expect(batches).toEqual([])
  })

  test.each(['ce-id', 'ce-subject', 'ce-ext', 'content-type'])('twice for %s is refused', async name => {
    const { url, batches } = await receive()
    const headers = { ...binaryHeaders, 'content-type': 'text/plain', [name]: ['a/b', 'a/b'] }
    const reply = await ask(url, { method: 'POST', headers })
    expect(reply.status).toBe(400)
    expect(reply.json.error).toMatch(new RegExp(`^${name}: found 2 such headers`))
    expect(batches).toEqual([])
  })

  test.each([
    '2018-04-05T17:31:00Z',
    '2018-04-05t17:31:00.123456789z',
    '2018-04-05T17:31:00-00:00',
    '2018-04-05T23:59:60+05:30',
  ])('may have the time %s', async time => {
    expect(await taken({ ...binaryHeaders, 'ce-time': time }, '')).toHaveProperty('time', time)
  })

  test.each([
    '2018-04-05',
    '2018-04-05 17:31:00Z',
    '2018-04-05T17:31:00',
    '2018-04-05T17:31Z',
    '2018-04-05T24:00:00Z',
    '2018-02-29T17:31:00Z',
    '2018-04-05T17:31:00+0100',
    '1522949460',
  ])('may not have the time %s', async time => {
    const { url } = await receive()
    const reply = await ask(url, { method: 'POST', headers: { ...binaryHeaders, 'ce-time': time } })
    expect(reply.status).toBe(400)
    expect(reply.json.error).toMatch(/^time: found /)
  })
})

describe('limits', () => {
  test('an event of 64 KiB that is all attributes is taken', async () => {
    const long = 'x'.repeat(63 * 1024)
    expect(await taken({ ...binaryHeaders, 'ce-long': long }, '')).toHaveProperty('long', long)
  })

  test('so is one of thousands of attributes, and none is left out', async () => {
    const many = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`x${index}`, '1']))
    const headers = Object.fromEntries(Object.entries(many).map(([name, value]) => [`ce-${name}`, value]))
    expect(await taken({ ...binaryHeaders, ...headers }, '')).toMatchObject(many)
  })

  test('a head that is larger still is answered 431', async () => {
    const { url } = await receive()
    const headers = { ...binaryHeaders, 'ce-long': 'x'.repeat(128 * 1024) }
    expect((await ask(url, { method: 'POST', headers })).status).toBe(431)
  })

  test('JSON may be nested 100 levels deep, and says where that ends', async () => {
    const type = { 'content-type': 'application/cloudevents+json' }
    expect(await taken(type, structured(nested(99)))).toHaveProperty('id', 'a')
    const { url } = await receive()
    const reply = await post(url, structured(nested(100)))
    expect(reply).toMatchObject({ status: 400, json: { error: expect.stringContaining('100 levels') } })
    expect((await post(url, nested(1_000_000), type)).status).toBe(400)
    const json = { ...binaryHeaders, 'content-type': 'application/json' }
    expect(await taken(json, nested(100))).toHaveProperty('id', 'a')
    expect((await ask(url, { method: 'POST', headers: json, body: nested(101) })).status).toBe(400)
  })
})
