import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../src/config/secret.ts'
import { ConfigError } from '../../src/errors.ts'
import { createReceiver } from '../../src/http/index.ts'
import { authority, certificate, otherKey, privateKey } from './certificates.ts'
import { target, write } from './fixtures.ts'
import { ask, commitAll, hold, post, receive } from './receiving.ts'
import { contextOf, eventOf, eventsOf, receiverOf } from './side.ts'

const tls = { cert: certificate, key: new Secret(privateKey) }

describe('a receiver with TLS', () => {
  test('takes events and tells its health over HTTPS', async () => {
    const { url, batches } = await receive({ tls })
    expect(url).toMatch(/^https:/)
    expect((await post(url, eventOf('a'))).status).toBe(204)
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    expect(batches).toHaveLength(1)
  })

  test('is trusted by our target with the authority as its ca', async () => {
    const { url } = await receive({ tls })
    expect(await write(await target(url, { ca: authority }), eventsOf(10))).toEqual({
      refused: [],
      unsent: [],
    })
  })

  test('takes nothing in the clear', async () => {
    const { url, batches } = await receive({ tls })
    await expect(post(url.replace('https', 'http'), eventOf('a'))).rejects.toThrow()
    expect(batches).toEqual([])
  })

  test('that stops lets what was read be answered, and closes what nobody waits on', async () => {
    const { url, batch, stop, ended } = await receive({ tls }, hold)
    const reply = post(url, eventOf('a'))
    const read = await batch(0)
    stop.abort()
    await ended
    await commitAll(read)
    expect(await reply).toMatchObject({ status: 204, headers: { connection: 'close' } })
    await expect(post(url, eventOf('b'))).rejects.toThrow()
  })

  test.each<[string, { cert: string; key: Secret }, RegExp]>([
    ['a path as certificate', { ...tls, cert: '/etc/tls.crt' }, /^tls\.cert: found no certificate/],
    [
      'a path as key',
      { ...tls, key: new Secret('/etc/hunter2') },
      /^tls\.key: found no private key(?!.*hunter2)/,
    ],
    ['another key', { ...tls, key: new Secret(otherKey) }, /^tls\.key: .* does not belong/],
  ])('with %s is a config error', async (_, config, message) => {
    const read = async () => {
      for await (const batch of createReceiver().read(contextOf(receiverOf({ tls: config }))))
        await commitAll(batch)
    }
    const reading = read()
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toThrow(ConfigError)
  })
})
