import { describe, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Secret } from '../../src/config/secret.ts'
import { AuthError, ConfigError, Retryable } from '../../src/errors.ts'
import type { TargetConfig } from '../../src/http/target-config.ts'
import { authority, certificate, privateKey } from './certificates.ts'
import { serve, target, write } from './fixtures.ts'
import { proxy } from './proxy.ts'
import { closedPort, type TestServer } from './servers.ts'
import { eventsOf } from './side.ts'

const serveTls = (): Promise<TestServer> => serve(undefined, { cert: certificate, key: privateKey })

/** The server by a name that only the test's proxy knows. */
const named = ({ url }: TestServer): string => url.replace('127.0.0.1', 'target.test')

describe('an authority of our own', () => {
  test.each(['127.0.0.1', 'localhost'])('is trusted for %s', async host => {
    const server = await serveTls()
    const writer = await target(server.url.replace('127.0.0.1', host), { ca: authority })
    expect(await write(writer, eventsOf(3))).toEqual({ refused: [], unsent: [] })
  })

  test('is needed, and the message says so', async () => {
    const server = await serveTls()
    const { because } = await write(await target(server.url))
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toMatch(
      /^no answer from https:.* certificate is signed by nobody whom we trust \(.*`ca`$/,
    )
    expect(server.got).toEqual([])
  })

  test('does not vouch for other names', async () => {
    const [server, { url }] = [await serveTls(), await proxy()]
    const other = server.url.replace('127.0.0.1', 'other.test')
    const { because } = await write(await target(other, { ca: authority, proxy: url }))
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toContain("does not match certificate's altnames")
  })

  test.each<[string, RegExp]>([
    ['/etc/ca.pem', /^ca: found no certificate; PEM text/],
    [authority.replace('MIIB', 'MIIC'), /^ca: found a certificate that cannot be read \(number 1 of 1\)/],
  ])('that is none is a config error', async (ca, message) => {
    const opening = target('https://127.0.0.1:9', { ca })
    await expect(opening).rejects.toThrow(message)
    await expect(opening).rejects.toThrow(ConfigError)
  })
})

describe('a proxy', () => {
  test('carries HTTPS in a tunnel, which it cannot look into', async () => {
    const [server, { url, asked }] = [await serveTls(), await proxy()]
    const config = { proxy: url, ca: authority, max_in_flight: 1 }
    const writer = await target(named(server), config)
    expect(await write(writer, eventsOf(3))).toEqual({ refused: [], unsent: [] })
    expect(asked).toEqual([`CONNECT ${named(server).slice('https://'.length)}`])
    expect(server.got).toHaveLength(3)
  })

  test('passes HTTP on', async () => {
    const [server, { url, asked }] = [await serve(), await proxy()]
    const writer = await target(`${named(server)}/hook`, { proxy: url })
    expect(await write(writer)).toEqual({ refused: [], unsent: [] })
    expect(asked).toEqual([`POST ${named(server)}/hook`])
    expect(server.got[0]).toMatchObject({
      url: '/hook',
      headers: { host: named(server).slice('http://'.length) },
    })
  })

  test('is on the way to the token endpoint too', async () => {
    const [server, { url, asked }] = [await serve(), await proxy()]
    const tokens = await serve((_, response) => response.writeHead(200).end('{"access_token":"t"}'))
    const oauth2 = { token_url: named(tokens), client_id: 'me', client_secret: new Secret('s') }
    await write(await target(named(server), { proxy: url, auth: { oauth2 } }))
    expect(asked).toEqual([`POST ${named(tokens)}/`, `POST ${named(server)}/`])
    expect(server.got[0]?.headers).toHaveProperty('authorization', 'Bearer t')
  })

  test.each<[string, () => Promise<TestServer>]>([
    ['HTTP', serve],
    ['HTTPS', serveTls],
  ])('gets its credentials, and the target does not: %s', async (_, start) => {
    const server = await start()
    const { url } = await proxy('me:p@ss')
    const config: Partial<TargetConfig> = { ca: authority }
    const known = url.replace('//', '//me:p%40ss@')
    expect((await write(await target(named(server), { ...config, proxy: known }))).unsent).toEqual([])
    expect(server.got[0]?.headers).not.toHaveProperty('proxy-authorization')

    const { because } = await write(await target(named(server), { ...config, proxy: url }))
    expect(because).toBeInstanceOf(AuthError)
    expect(because?.message).toMatch(/^the proxy on the way to .*407.*`proxy: /)
    const wrong = url.replace('//', '//me:hunter2@')
    const denied = await write(await target(named(server), { ...config, proxy: wrong }))
    expect(denied.because?.message).not.toContain('hunter2')
  })

  test('that is down is a target that is not there', async () => {
    const { because } = await write(await target('http://target.test', { proxy: await closedPort() }))
    expect(because).toBeInstanceOf(Retryable)
    expect(because?.message).toMatch(/^no answer from http:\/\/target\.test: .*ECONNREFUSED/)
  })
})

describe('the variables of the process', () => {
  const run = async (url: string, env: Record<string, string>): Promise<unknown> => {
    const script = fileURLToPath(new URL('./post-once.ts', import.meta.url))
    const args = ['--conditions=billow-source', '--disable-warning=ExperimentalWarning', script, url]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    return JSON.parse(stdout)
  }
  const SAFE = { refused: [], unsent: [] }

  test('name a proxy, but not for this machine nor for what NO_PROXY names', async () => {
    const [server, { url, asked }] = [await serve(), await proxy()]
    expect(await run(named(server), { HTTP_PROXY: url })).toEqual(SAFE)
    expect(asked).toEqual([`POST ${named(server)}/`])
    expect(await run(server.url, { HTTP_PROXY: url })).toEqual(SAFE)
    expect(await run(named(server), { HTTP_PROXY: url, NO_PROXY: '.test' })).toMatchObject({
      because: expect.stringContaining('no answer from'),
    })
    expect(asked).toHaveLength(1)
  })

  test('that hold no URL are a config error that shows nothing of them', async () => {
    const { error } = (await run('http://target.test', { HTTPS_PROXY: 'hunter2@proxy' })) as { error: string }
    expect(error).toMatch(/^HTTPS_PROXY or HTTP_PROXY: found no URL of a proxy/)
    expect(error).not.toContain('hunter2')
  })
})
