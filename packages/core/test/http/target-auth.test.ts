import { describe, expect, test } from '@jest/globals'
import type { ServerResponse } from 'node:http'
import { Secret } from '../../src/config/secret.ts'
import { AuthError, ConfigError, Retryable } from '../../src/errors.ts'
import { httpTarget } from '../../src/http/index.ts'
import type { TargetConfig } from '../../src/http/target-config.ts'
import { jumpingClock } from '../support/clock.ts'
import { serve, target, write } from './fixtures.ts'
import { closedPort, type Got, type TestServer } from './servers.ts'
import { contextOf, eventOf, eventsOf, targetOf } from './side.ts'

const START = '2023-11-15T12:00:00Z'
const SECRET = 'p:ä ss'

type OAuth2 = NonNullable<NonNullable<TargetConfig['auth']>['oauth2']>

const clientOf = (token_url: string, more: Partial<OAuth2> = {}): Pick<TargetConfig, 'auth'> => ({
  auth: { oauth2: { token_url, client_id: 'me', client_secret: new Secret(SECRET), ...more } },
})

/** Gives token-1, token-2 …, each for an hour. */
async function tokenServer(grant: Record<string, unknown> = {}): Promise<TestServer> {
  let count = 0
  return serve((_, response) => {
    count += 1
    answer(response, 200, {
      access_token: `token-${count}`,
      token_type: 'Bearer',
      expires_in: 3600,
      ...grant,
    })
  })
}

const answer = (response: ServerResponse, status: number, body: unknown): unknown =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const seen = ({ got }: TestServer): unknown[] => got.map(({ headers }) => headers.authorization)

describe('a token', () => {
  test('goes with each request', async () => {
    const server = await serve()
    await write(await target(server.url, { auth: { token: new Secret('t0ken') } }), eventsOf(2))
    expect(seen(server)).toEqual(['Bearer t0ken', 'Bearer t0ken'])
  })

  test('that is not taken is an AuthError which does not show it', async () => {
    const server = await serve(({ headers }, response) =>
      answer(response, 401, { error: `no: ${headers.authorization}` }),
    )
    const writer = await target(server.url, { auth: { token: new Secret('t0ken-of-ours') } })
    const { because } = await write(writer)
    expect(because).toBeInstanceOf(AuthError)
    expect(because?.message).toMatch(/401: no: \*\*\*; set `auth\.token`/)
    expect(server.got).toHaveLength(1)
  })

  test.each<[string, Partial<TargetConfig>, RegExp]>([
    ['nothing', { auth: {} }, /^auth: found neither/],
    ['both', { auth: { token: new Secret('a'), ...clientOf('http://a').auth } }, /^auth: found both/],
    [
      'a header beside it',
      { auth: { token: new Secret('a') }, headers: { Authorization: new Secret('b') } },
      /^auth: found beside headers/,
    ],
    [
      'characters that HTTP has not',
      { auth: { token: new Secret('hunter2\n') } },
      /^auth\.token(?!.*hunter2)/,
    ],
  ])('with %s is a config error', async (_, config, message) => {
    const opening = target('http://127.0.0.1:9', config)
    await expect(opening).rejects.toThrow(message)
    await expect(opening).rejects.toThrow(ConfigError)
  })

  test('and a user in the URL are one too many', async () => {
    const auth = { token: new Secret('a') }
    await expect(target('http://me@127.0.0.1:9', { auth })).rejects.toThrow(/^auth: found beside a user/)
  })
})

describe('OAuth 2.0 client credentials', () => {
  test('get a token once, as the specification has it', async () => {
    const [server, tokens] = [await serve(), await tokenServer()]
    const config = clientOf(`${tokens.url}/token?v=2`, { scope: 'bills write', audience: 'https://b' })
    const writer = await target(server.url, config)
    await Promise.all([write(writer, eventsOf(5)), write(writer, eventsOf(5))])
    expect(new Set(seen(server))).toEqual(new Set(['Bearer token-1']))
    expect(tokens.got).toHaveLength(1)
    const [{ method, url, headers, body }] = tokens.got as [Got]
    expect([method, url, headers['content-type']]).toEqual([
      'POST',
      '/token?v=2',
      'application/x-www-form-urlencoded',
    ])
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'bills write',
      audience: 'https://b',
    })
    const basic = Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
    expect(basic).toBe('me:p%3A%C3%A4+ss')
    expect(body).not.toContain('secret')
  })

  test.each([
    [3600, 3539, 3540],
    [100, 89, 90],
  ])('a token for %i s is used for %i s and no more after %i s', async (life, used, renewed) => {
    const [server, tokens] = [await serve(), await tokenServer({ expires_in: life })]
    const clock = jumpingClock(START)
    const writer = await target(server.url, clientOf(tokens.url), clock)
    const at = async (seconds: number) => {
      clock.set(new Date(Date.parse(START) + seconds * 1000).toISOString())
      await write(writer)
    }
    for (const seconds of [0, used, renewed]) await at(seconds)
    expect(seen(server)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2'])
  })

  test('a token without an end is used until it is refused', async () => {
    const [server, tokens] = [await serve(), await tokenServer({ expires_in: undefined })]
    const clock = jumpingClock(START)
    const writer = await target(server.url, clientOf(tokens.url), clock)
    await write(writer)
    await clock.sleep(1e12)
    await write(writer)
    expect(tokens.got).toHaveLength(1)
  })

  test('a refused token is renewed once, and the event goes again', async () => {
    const tokens = await tokenServer()
    const server = await serve(({ headers }, response) =>
      response.writeHead(headers.authorization === 'Bearer token-1' ? 401 : 204).end(),
    )
    const writer = await target(server.url, { ...clientOf(tokens.url), max_in_flight: 4 })
    expect(await write(writer, eventsOf(8))).toEqual({ refused: [], unsent: [] })
    expect(await write(writer)).toEqual({ refused: [], unsent: [] })
    expect(tokens.got).toHaveLength(2)
  })

  test('a target that takes no token is asked twice, not for ever', async () => {
    const tokens = await tokenServer()
    const server = await serve(({ headers }, response) => response.writeHead(401).end(headers.authorization))
    const { because } = await write(await target(server.url, clientOf(tokens.url)))
    expect(because).toBeInstanceOf(AuthError)
    expect(because?.message).not.toContain('token-')
    expect(seen(server)).toEqual(['Bearer token-1', 'Bearer token-2'])
  })

  test.each<[number, unknown, RegExp]>([
    [
      401,
      { error: 'invalid_client', error_description: SECRET },
      /401 invalid_client; check auth\.oauth2\.client_id and/,
    ],
    [400, { error: 'invalid_scope' }, /400 invalid_scope; check auth\.oauth2\.scope$/],
    [400, { error: 'invalid_target' }, /check auth\.oauth2\.audience$/],
    [400, { error: 'unauthorized_client' }, /400 unauthorized_client; check auth\.oauth2$/],
    [401, 'no', /answered 401; check auth\.oauth2\.client_id/],
    [404, '<html>', /answered 404; check auth\.oauth2\.token_url$/],
    [302, '', /answered 302; check auth\.oauth2\.token_url$/],
    [200, {}, /answered 200 without a bearer token; check auth\.oauth2\.token_url$/],
    [200, { access_token: 'a b' }, /without a bearer token/],
    [200, { access_token: 'a', token_type: 'mac' }, /without a bearer token/],
  ])('the answer %i %j is an AuthError that names the key', async (status, body, message) => {
    const server = await serve()
    const tokens = await serve((_, response) => answer(response, status, body))
    const { because, unsent } = await write(await target(server.url, clientOf(tokens.url)))
    expect(unsent).toEqual([eventOf('a')])
    expect(because).toBeInstanceOf(AuthError)
    expect(because?.message).toMatch(message)
    expect(because?.message).not.toContain(SECRET)
    expect(server.got).toEqual([])
  })

  test.each([408, 429, 500, 503])('a token endpoint that answers %i is tried again', async status => {
    const server = await serve()
    const tokens = await serve((_, response) => response.writeHead(status, { 'retry-after': '7' }).end())
    const { because } = await write(await target(server.url, clientOf(tokens.url)))
    expect(because).toBeInstanceOf(Retryable)
    expect(because).toHaveProperty('retryAfterMs', 7000)
  })

  test('so is one that is down, or does not speak JSON', async () => {
    const down = await closedPort()
    const { because } = await write(await target('http://127.0.0.1:9', clientOf(down)))
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toContain(`no answer from ${down}`)
    const tokens = await serve((_, response) => response.writeHead(200).end('<html>'))
    const odd = await write(await target('http://127.0.0.1:9', clientOf(tokens.url)))
    expect(odd.because).toBeInstanceOf(Retryable)
    expect(odd.because?.message).toContain('auth.oauth2.token_url')
  })

  test('are proved by check', async () => {
    const tokens = await serve((_, response) => answer(response, 401, { error: 'invalid_client' }))
    const config = targetOf('http://127.0.0.1:9', clientOf(tokens.url))
    await expect(httpTarget.check?.(contextOf(config))).rejects.toThrow(/check auth\.oauth2\.client_id/)
  })
})
