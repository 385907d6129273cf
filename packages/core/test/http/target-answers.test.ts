import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../src/config/secret.ts'
import { httpTarget } from '../../src/http/index.ts'
import { jumpingClock } from '../support/clock.ts'
import { AuthError, Gone, Retryable, Throttled } from '../../src/errors.ts'
import { serve, target, tcp, write } from './fixtures.ts'
import { closedPort } from './servers.ts'
import { contextOf, eventOf, targetOf } from './side.ts'

describe('pain 7: what the target answers', () => {
  const unsent = async (status: number, headers: Record<string, string> = {}, body = 'sorry\nmore') => {
    const server = await serve((_, response) => response.writeHead(status, headers).end(body))
    const outcome = await write(await target(server.url))
    expect(outcome).toMatchObject({ refused: [], unsent: [eventOf('a')] })
    expect(outcome.because?.message).toMatch(new RegExp(`^${server.url} answered ${status}: sorry`))
    return outcome.because
  }

  test.each([200, 201, 202, 204, 299])('%i is safe', async status => {
    const server = await serve((_, response) => response.writeHead(status).end())
    expect(await write(await target(server.url))).toEqual({ refused: [], unsent: [] })
  })

  test.each([404, 408, 409, 425, 500, 501, 502, 503, 504, 599, 600, 999])(
    '%i is tried again',
    async status => {
      const because = await unsent(status)
      expect(because).toBeInstanceOf(Retryable)
      expect(because).not.toBeInstanceOf(Throttled)
      expect(because).toHaveProperty('retryAfterMs', undefined)
    },
  )

  test.each([401, 403, 405, 407])('%i is about our rights', async status => {
    expect(await unsent(status)).toBeInstanceOf(AuthError)
  })

  test('410 is the end', async () => {
    expect(await unsent(410)).toBeInstanceOf(Gone)
  })

  test.each([300, 301, 302, 303, 307, 308])('%i is not followed', async status => {
    const other = await serve()
    const because = await unsent(status, { location: other.url })
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toContain('redirects are not followed: set `target`')
    expect(other.got).toEqual([])
  })

  test('429 is too fast', async () => {
    expect(await unsent(429)).toBeInstanceOf(Throttled)
  })

  test.each([429, 503, 500, 404])('%i says in seconds or by a date when to come back', async status => {
    expect(await unsent(status, { 'retry-after': '7' })).toHaveProperty('retryAfterMs', 7000)
    const clock = jumpingClock('2023-11-15T12:00:00Z')
    const server = await serve((_, response) =>
      response.writeHead(status, { 'retry-after': 'Wed, 15 Nov 2023 12:02:00 GMT' }).end(),
    )
    const writer = await target(server.url, {}, clock)
    expect((await write(writer)).because).toHaveProperty('retryAfterMs', 120_000)
  })

  test.each([400, 402, 406, 411, 412, 413, 414, 415, 422, 431, 451, 499])(
    '%i refuses the event',
    async status => {
      const server = await serve((_, response) =>
        response.writeHead(status).end('no such tenant\nstack trace'),
      )
      const event = eventOf('a')
      expect(await write(await target(server.url), [event])).toEqual({
        refused: [{ event, status, reason: `${server.url} answered ${status}: no such tenant` }],
        unsent: [],
      })
    },
  )

  test.each([
    ['', ''],
    ['\u0007be\u001b[31mll\u202e', ': be [31mll'],
    ['{"error":"bad id","x":1}', ': bad id'],
    ['{"title":"Bad","detail":"no\\nid"}', ': no'],
    ['{"code":7}', ': {"code":7}'],
    ['{', ': {'],
    ['x'.repeat(100_000), `: ${'x'.repeat(299)}…`],
  ])('the reason is one short clean line: %j', async (body, line) => {
    const server = await serve((_, response) => response.writeHead(400).end(body))
    const outcome = await write(await target(server.url))
    expect(outcome.refused?.[0]?.reason).toBe(`${server.url} answered 400${line}`)
  })

  test('no message tells more of the target than its origin', async () => {
    const closed = await closedPort()
    const server = await serve((_, response) => response.writeHead(401).end())
    for (const url of [closed, server.url]) {
      const secret = `${url.replace('//', '//user:hunter2@')}/hunter2?token=hunter2`
      const { because } = await write(await target(secret, { headers: { 'x-key': new Secret('hunter2') } }))
      expect(because?.message).toContain(url)
      expect(because?.message).not.toContain('hunter2')
    }
  })
})

describe('a body', () => {
  test('that never ends does not take back the status', async () => {
    const outcomes = [200, 400].map(async status => {
      const server = await serve((_, response) => {
        response.writeHead(status).write('well\n')
      })
      return write(await target(server.url))
    })
    const [safe, refused] = await Promise.all(outcomes)
    expect(safe).toEqual({ refused: [], unsent: [] })
    expect(refused).toMatchObject({ refused: [{ status: 400 }], unsent: [] })
  })

  test('that breaks does not either', async () => {
    const server = await tcp(socket =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')
        setTimeout(() => socket.destroy(), 10)
      }),
    )
    expect(await write(await target(server.url))).toEqual({ refused: [], unsent: [] })
  })

  test('that floods is cut', async () => {
    let sent = 0
    const server = await serve((_, response) => {
      response.writeHead(200)
      const flood = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 1
      }
      response.on('drain', flood)
      flood()
    })
    expect(await write(await target(server.url))).toEqual({ refused: [], unsent: [] })
    expect(sent).toBeLessThan(1000)
  })
})

describe('check', () => {
  const check = (url: string) => httpTarget.check?.(contextOf(targetOf(url)))

  test.each([200, 204, 404, 405, 400, 429, 501])(
    'takes a target that answers %i for there, and sends no event',
    async status => {
      const server = await serve((_, response) => response.writeHead(status).end())
      expect(await check(`${server.url}/x?token=hunter2`)).toEqual([
        `target ${server.url} answers (${status} to HEAD; no event was sent)`,
      ])
      expect(server.got.map(({ method, body }) => method + body)).toEqual(['HEAD'])
    },
  )

  test.each<[number, new (message: string) => Error]>([
    [401, AuthError],
    [403, AuthError],
    [410, Gone],
    [503, Retryable],
  ])('says what is wrong where it answers %i', async (status, type) => {
    const server = await serve((_, response) => response.writeHead(status).end())
    await expect(check(server.url)).rejects.toThrow(type)
  })

  test('says where nobody answers', async () => {
    const url = await closedPort()
    await expect(check(url)).rejects.toThrow(/no answer from http:.*connect ECONNREFUSED/)
  })
})
