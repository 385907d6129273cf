import { describe, expect, test } from '@jest/globals'
import { gzipSync } from 'node:zlib'
import { encodeBatch, encodeBinary } from '../../src/cloudevents/index.ts'
import { Secret } from '../../src/config/secret.ts'
import { Retryable } from '../../src/errors.ts'
import { stringifyJson } from '../../src/json.ts'
import { ask, post, receive } from './receiving.ts'
import { eventOf, eventsOf } from './side.ts'

describe('a good request', () => {
  test('is answered 204 when its events are safe, on any path', async () => {
    const { url, batches } = await receive()
    for (const path of ['', '/', '/events?x=1', '/healthz']) {
      const reply = await post(url + path, eventOf('a'))
      expect(reply).toMatchObject({ status: 204, text: '' })
    }
    expect(batches.map(({ events }) => events)).toEqual(Array.from({ length: 4 }, () => [eventOf('a')]))
  })

  test.each([
    ['binary', encodeBinary(eventOf('ä')), [eventOf('ä')]],
    ['batch', encodeBatch(eventsOf(3)), eventsOf(3)],
    ['empty batch', encodeBatch([]), []],
  ])('may be in %s mode', async (_, { headers, body }, events) => {
    const { url, batches } = await receive()
    expect((await post(url, body, headers)).status).toBe(204)
    expect(batches[0]?.events).toEqual(events)
  })

  test('keeps the digits of numbers', async () => {
    const { url, batches } = await receive()
    const text = '{"specversion":"1.0","id":"a","source":"s","type":"t","data":{"amount":0.10,"tiny":5.2E-9}}'
    await post(url, text)
    expect(stringifyJson(batches[0]?.events[0])).toBe(text)
  })

  test('waits for its answer, not for that of others', async () => {
    const { url, batch } = await receive({}, async () => undefined)
    const replies = [post(url, eventOf('a')), post(url, eventOf('b'))]
    await Promise.all([batch(0), batch(1)])
    const [a, b] = [await batch(0), await batch(1)]
    await b.commit?.([])
    await a.release?.(new Error('no'))
    const statuses = (await Promise.all(replies)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([204, 503]))
  })

  test('may come many times at once', async () => {
    const { url, batches } = await receive({}, async batch => {
      await new Promise(resolve => setTimeout(resolve, 5))
      await batch.commit?.([])
    })
    const replies = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const statuses = []
        for (let m = 0; m < 5; m += 1) statuses.push((await post(url, eventOf(`${n}-${m}`))).status)
        return statuses
      }),
    )
    expect(new Set(replies.flat())).toEqual(new Set([204]))
    expect(new Set(batches.map(({ events }) => events[0]?.id)).size).toBe(200)
  })
})

describe('what the sink decides', () => {
  test('400 names the refused events by place, id and reason', async () => {
    const { url } = await receive({}, async batch => {
      const refused = batch.events.filter(({ id }) => ['1', '3'].includes(id))
      await batch.commit?.(
        refused.map(event => ({ event, reason: `no such day in ${event.id}`, status: 422 })),
      )
    })
    const { headers, body } = encodeBatch(eventsOf(5))
    const reply = await post(url, body, headers)
    expect(reply.status).toBe(400)
    expect(reply.headers['content-type']).toBe('application/json')
    expect(reply.json).toEqual({
      error: 'refused 2 of 5 events, the first because: no such day in 1; the others are safe',
      refused: [
        { index: 1, id: '1', reason: 'no such day in 1' },
        { index: 3, id: '3', reason: 'no such day in 3' },
      ],
    })
    const single = await post(url, eventOf('1'))
    expect(single).toMatchObject({ status: 400, json: { error: 'refused: no such day in 1' } })
  })

  test.each([
    [new Error('http://internal:1234 is down'), '1'],
    [new Retryable('later', { retryAfterMs: 4200 }), '5'],
  ])('503 asks to come later, and does not say what failed', async (reason, seconds) => {
    const { url } = await receive({}, async batch => batch.release?.(reason))
    const reply = await post(url, eventOf('a'))
    expect(reply.status).toBe(503)
    expect(reply.headers['retry-after']).toBe(seconds)
    expect(reply.json.error).toBe('the events could not be delivered now; send them again later')
  })

  test('only the first decision is answered', async () => {
    const { url } = await receive({}, async batch => {
      await batch.commit?.([])
      await batch.release?.(new Error('late'))
      await batch.commit?.([])
    })
    expect((await post(url, eventOf('a'))).status).toBe(204)
  })
})

describe('a bad request', () => {
  test.each<[string, string | Buffer, Record<string, string | string[]>, number, RegExp]>([
    ['malformed JSON', '{"id":', {}, 400, /^the body is not JSON/],
    ['no body', '', {}, 400, /^the body is not JSON: it ends too early/],
    ['a missing id', '{"specversion":"1.0","source":"s","type":"t"}', {}, 400, /^id: missing/],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400, /^the body is not UTF-8/],
    [
      'another media type',
      '{}',
      { 'content-type': 'application/json' },
      415,
      /no ce- headers; application\/cloudevents\+json/,
    ],
    [
      'another format',
      '{}',
      { 'content-type': 'application/cloudevents+avro' },
      415,
      /found application\/cloudevents\+avro/,
    ],
    [
      'another charset',
      '{}',
      { 'content-type': 'application/cloudevents+json; charset=utf-16' },
      415,
      /charset utf-16/,
    ],
    [
      'a header twice',
      '',
      { 'content-type': 'text/plain', 'ce-specversion': '1.0', 'ce-id': ['a', 'b'] },
      400,
      /^ce-id: found 2/,
    ],
    ['compression', gzipSync('{}'), { 'content-encoding': 'gzip' }, 415, /^content-encoding: found "gzip"/],
  ])('%s is answered with the reason', async (_, body, headers, status, reason) => {
    const { url, batches } = await receive()
    const reply = await post(url, body, headers)
    expect(reply.status).toBe(status)
    expect(reply.json.error).toMatch(reason)
    expect(batches).toEqual([])
  })

  test('a batch with a wrong event is not taken at all, and says which it is', async () => {
    const { url, batches } = await receive()
    const { headers, body } = encodeBatch([eventOf('a'), { ...eventOf('b'), time: 'soon' }])
    const reply = await post(url, body, headers)
    expect(reply).toMatchObject({
      status: 400,
      json: { refused: [{ index: 1, id: 'b', reason: expect.stringMatching(/^time: found "soon"/) }] },
    })
    expect(batches).toEqual([])
  })

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'])('%s is not allowed', async method => {
    const { url } = await receive()
    const reply = await ask(`${url}/events`, { method: method as 'GET' })
    expect(reply.status).toBe(405)
    expect(reply.headers.allow).toContain('POST')
  })

  test('OPTIONS says what is allowed, and gives no consent to whom does not ask for it', async () => {
    const { url } = await receive()
    const reply = await ask(url, { method: 'OPTIONS' })
    expect(reply).toMatchObject({ status: 204, headers: { allow: 'POST, OPTIONS' } })
    expect(reply.headers).not.toHaveProperty('webhook-allowed-origin')
  })
})

describe('a token', () => {
  const auth = { auth: { token: new Secret('s3cret-token') } }

  test.each([
    undefined,
    'Bearer',
    'Bearer wrong',
    'Bearer s3cret-toke',
    'Bearer s3cret-tokens',
    'Basic s3cret-token',
    's3cret-token',
    'Bearer s3cret-token x',
  ])('is asked for where %j is given', async authorization => {
    const { url, batches } = await receive(auth)
    const reply = await post(url, eventOf('a'), authorization === undefined ? {} : { authorization })
    expect(reply.status).toBe(401)
    expect(reply.headers['www-authenticate']).toBe('Bearer')
    expect(reply.text).not.toContain('s3cret')
    expect(batches).toEqual([])
  })

  test.each(['Bearer s3cret-token', 'bearer  s3cret-token'])('is right in %j', async authorization => {
    const { url } = await receive(auth)
    expect((await post(url, eventOf('a'), { authorization })).status).toBe(204)
  })

  test('is not needed to see how it is', async () => {
    const { url } = await receive(auth)
    expect((await ask(`${url}/healthz`)).status).toBe(200)
  })
})
