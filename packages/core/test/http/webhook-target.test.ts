import { describe, expect, test } from '@jest/globals'
import type { ServerResponse } from 'node:http'
import { AuthError, Gone, Retryable, Throttled } from '../../src/errors.ts'
import { httpTarget } from '../../src/http/index.ts'
import { jumpingClock } from '../support/clock.ts'
import { serve, target, write } from './fixtures.ts'
import { receive } from './receiving.ts'
import type { TestServer } from './servers.ts'
import { contextOf, eventOf, eventsOf, never, targetOf } from './side.ts'

const START = '2023-11-15T12:00:00Z'
const asking = { handshake: true, handshake_origin: 'bills.example.com' }
const CONSENT = { 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '*' }

/** A target that answers OPTIONS with these headers, and posts with 204. */
const consenting = (headers: Record<string, string> = CONSENT, status = 200): Promise<TestServer> =>
  serve(({ method }, response) =>
    method === 'OPTIONS' ? response.writeHead(status, headers).end() : response.writeHead(204).end(),
  )

const methods = ({ got }: TestServer): readonly string[] => got.map(({ method }) => method)

describe('the handshake', () => {
  test('comes once, before the first event, to the same place, and each event names its sender', async () => {
    const server = await consenting()
    const writer = await target(`${server.url}/hook?a=b`, { ...asking, handshake_rate: 100_000 })
    expect(server.got).toEqual([])
    await Promise.all([write(writer, eventsOf(5)), write(writer, eventsOf(5))])
    expect(methods(server)).toEqual(['OPTIONS', ...Array<string>(10).fill('POST')])
    expect(server.got[0]).toMatchObject({
      url: '/hook?a=b',
      headers: { 'webhook-request-origin': 'bills.example.com', 'webhook-request-rate': '100000' },
    })
    for (const { headers } of server.got.slice(1)) {
      expect(headers).toHaveProperty('webhook-request-origin', 'bills.example.com')
      expect(headers).not.toHaveProperty('webhook-request-rate')
    }
  })

  test('is not there unless it is wanted', async () => {
    const server = await consenting()
    await write(await target(server.url))
    expect(methods(server)).toEqual(['POST'])
    expect(server.got[0]?.headers).not.toHaveProperty('webhook-request-origin')
  })

  test('names the machine where no other name is given', async () => {
    const server = await consenting()
    await write(await target(server.url, { handshake: true }))
    expect(server.got[0]?.headers['webhook-request-origin']).toMatch(/./)
    expect(server.got[0]?.headers).not.toHaveProperty('webhook-request-rate')
  })

  test.each([{ 'webhook-allowed-origin': 'Bills.Example.com' }, { 'webhook-allowed-origin': '*' }])(
    'is agreed by %j, whatever the status, and a rate may be left out',
    async headers => {
      for (const status of [200, 204, 405, 500]) {
        const server = await consenting(headers, status)
        expect(await write(await target(server.url, asking))).toEqual({ refused: [], unsent: [] })
      }
    },
  )

  test.each<[number, Record<string, string>]>([
    [200, {}],
    [204, { allow: 'POST' }],
    [405, {}],
    [404, {}],
    [501, {}],
    [200, { 'webhook-allowed-origin': 'other.example.com' }],
    [200, { 'webhook-allowed-rate': '100' }],
  ])('that is answered %i with %j is no consent', async (status, headers) => {
    const server = await consenting(headers, status)
    const { unsent, because } = await write(await target(server.url, asking))
    expect(unsent).toEqual([eventOf('a')])
    expect(because).toBeInstanceOf(AuthError)
    expect(because?.message).toMatch(/gave no consent to events from bills\.example\.com.*handshake/)
    expect(methods(server)).toEqual(['OPTIONS'])
  })

  test.each(['0', 'many', '-1', '1.5'])('that allows the rate %j is none', async rate => {
    const server = await consenting({ ...CONSENT, 'webhook-allowed-rate': rate })
    const { because } = await write(await target(server.url, asking))
    expect(because).toBeInstanceOf(AuthError)
    expect(because?.message).toContain('WebHook-Allowed-Rate')
  })

  test.each<[number, new (message: string) => Error]>([
    [410, Gone],
    [429, Throttled],
    [503, Retryable],
  ])('that meets %i says so', async (status, type) => {
    const server = await consenting({}, status)
    const { because } = await write(await target(server.url, asking))
    expect(because).toBeInstanceOf(type)
  })

  test('comes again after the target turned an event away, and with a new writer', async () => {
    let status = 403
    const server = await serve(({ method }, response) =>
      method === 'OPTIONS' ? response.writeHead(200, CONSENT).end() : response.writeHead(status).end(),
    )
    const writer = await target(server.url, asking)
    expect((await write(writer)).because).toBeInstanceOf(AuthError)
    status = 204
    expect((await write(writer)).unsent).toEqual([])
    expect((await write(writer)).unsent).toEqual([])
    expect(methods(server)).toEqual(['OPTIONS', 'POST', 'OPTIONS', 'POST', 'POST'])
    await write(await target(server.url, asking))
    expect(methods(server).slice(5)).toEqual(['OPTIONS', 'POST'])
  })

  test('an abort of one write does not end it for others', async () => {
    const held = Promise.withResolvers<ServerResponse>()
    const server = await serve(({ method }, response) => {
      if (method === 'OPTIONS') held.resolve(response)
      else response.writeHead(204).end()
    })
    const writer = await target(server.url, asking)
    const stop = new AbortController()
    const first = write(writer, [eventOf('a')], stop.signal)
    const second = write(writer, [eventOf('b')])
    const response = await held.promise
    stop.abort()
    const { because, unsent } = await first
    expect(unsent).toHaveLength(1)
    expect(because).toBeInstanceOf(Retryable)
    response.writeHead(200, CONSENT).end()
    expect(await second).toEqual({ refused: [], unsent: [] })
  })

  test('is a part of check', async () => {
    const server = await consenting({ ...CONSENT, 'webhook-allowed-rate': '120' })
    const lines = await httpTarget.check?.(contextOf(targetOf(server.url, asking)))
    expect(lines?.[1]).toBe(`target ${server.url} consents to 120 requests a minute`)
    const silent = await consenting({})
    await expect(httpTarget.check?.(contextOf(targetOf(silent.url, asking)))).rejects.toThrow(AuthError)
  })
})

describe('the agreed rate', () => {
  test.each([
    ['60', undefined, 1000],
    ['60', 600, 1000],
    ['600', 60, 1000],
    ['*', 120, 500],
  ])('of %s allowed and %s wanted leaves %i ms between two requests', async (allowed, wanted, spacing) => {
    const server = await consenting({ ...CONSENT, 'webhook-allowed-rate': allowed })
    const clock = jumpingClock(START)
    const rate = wanted === undefined ? {} : { handshake_rate: wanted }
    await write(await target(server.url, { ...asking, ...rate, max_in_flight: 1 }, clock), eventsOf(5))
    expect(clock.slept).toEqual(Array(4).fill(spacing))
  })

  test('goes on where it was when the target is asked again', async () => {
    let status = 403
    const server = await serve(({ method }, response) =>
      method === 'OPTIONS'
        ? response.writeHead(200, { ...CONSENT, 'webhook-allowed-rate': '60' }).end()
        : response.writeHead(status).end(),
    )
    const clock = jumpingClock(START)
    const writer = await target(server.url, asking, clock)
    await write(writer)
    status = 204
    await write(writer)
    expect(methods(server)).toEqual(['OPTIONS', 'POST', 'OPTIONS', 'POST'])
    expect(clock.slept).toEqual([1000])
  })

  test('counts requests, not events', async () => {
    const server = await consenting({ ...CONSENT, 'webhook-allowed-rate': '60' })
    const clock = jumpingClock(START)
    await write(await target(server.url, { ...asking, batch_size: 10 }, clock), eventsOf(10))
    expect(clock.slept).toEqual([])
  })

  test('is what our receiver holds its senders to', async () => {
    const clock = jumpingClock(START)
    const { url, batches } = await receive({ webhook: { rate: 30 } }, undefined, { clock })
    const outcome = await write(await target(url, asking, clock), eventsOf(70))
    expect(outcome).toEqual({ refused: [], unsent: [] })
    expect(batches).toHaveLength(70)
    expect(clock.now().getTime() - Date.parse(START)).toBe(69 * 2000)
  })
})

describe('Retry-After', () => {
  const throttling = (seconds: string, times = 1): Promise<TestServer> => {
    let left = times
    return serve((_, response) => {
      left -= 1
      if (left >= 0) response.writeHead(429, { 'retry-after': seconds }).end('slow down')
      else response.writeHead(204).end()
    })
  }

  test('is kept by every request until it is over', async () => {
    const server = await throttling('30')
    const clock = jumpingClock(START)
    const writer = await target(server.url, {}, clock)
    expect((await write(writer)).because).toHaveProperty('retryAfterMs', 30_000)
    await clock.sleep(10_000)
    const { because, unsent } = await write(writer, [eventOf('b')])
    expect(unsent).toHaveLength(1)
    expect(because).toBeInstanceOf(Throttled)
    expect(because).toMatchObject({ retryAfterMs: 20_000, message: expect.stringContaining('slow down') })
    expect(server.got).toHaveLength(1)
    await clock.sleep(20_000)
    expect((await write(writer)).unsent).toEqual([])
  })

  test('that is nearly over is waited for', async () => {
    const server = await throttling('30')
    const clock = jumpingClock(START)
    const writer = await target(server.url, {}, clock)
    await write(writer)
    await clock.sleep(29_600)
    expect(await write(writer)).toEqual({ refused: [], unsent: [] })
    expect(clock.slept).toEqual([29_600, 400])
  })

  test('silences us for 10 minutes at the most', async () => {
    const server = await throttling('86400')
    const clock = jumpingClock(START)
    const writer = await target(server.url, {}, clock)
    await write(writer, [eventOf('a')], never)
    await clock.sleep(600_000)
    expect((await write(writer)).unsent).toEqual([])
  })
})
