import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../src/config/secret.ts'
import { jumpingClock } from '../support/clock.ts'
import { ask, post, receive } from './receiving.ts'
import { eventOf } from './side.ts'

const greet = (url: string, headers: Record<string, string> = { 'webhook-request-origin': 'example.com' }) =>
  ask(`${url}/any/path`, { method: 'OPTIONS', headers })

describe('a handshake', () => {
  test('is answered with consent to all, at any rate', async () => {
    const { url } = await receive()
    expect(await greet(url)).toMatchObject({
      status: 204,
      headers: { allow: 'POST, OPTIONS', 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '*' },
    })
  })

  test('needs no token, for it gives no access', async () => {
    const { url } = await receive({ auth: { token: new Secret('s3cret-token') } })
    expect((await greet(url)).headers).toHaveProperty('webhook-allowed-origin', '*')
    expect((await post(url, eventOf('a'))).status).toBe(401)
  })

  test('says the rate, asked for or not', async () => {
    const { url } = await receive({ webhook: { rate: 120 } })
    expect((await greet(url)).headers).toHaveProperty('webhook-allowed-rate', '120')
    const asking = { 'webhook-request-origin': 'example.com', 'webhook-request-rate': '1000' }
    expect((await greet(url, asking)).headers).toHaveProperty('webhook-allowed-rate', '120')
  })

  test.each([
    ['bills.example.com', true],
    ['Bills.Example.COM', true],
    ['example.com', false],
    ['bills.example.com, other.example.com', false],
    ['*', false],
    ['', false],
  ])('from %j, where only some may, gets consent: %s', async (origin, consent) => {
    const { url } = await receive({ webhook: { origins: ['Bills.example.com', 'b.example.com'] } })
    const { status, headers } = await greet(url, { 'webhook-request-origin': origin })
    expect(status).toBe(204)
    expect(headers['webhook-allowed-origin']).toBe(consent ? 'bills.example.com' : undefined)
    expect('webhook-allowed-rate' in headers).toBe(consent)
  })
})

describe('the rate', () => {
  const from = (origin: string) => ({ 'webhook-request-origin': origin })

  test('is held for each sender, by 429 and a time to come again', async () => {
    const clock = jumpingClock('2023-11-15T12:00:00Z')
    const { url, batches } = await receive({ webhook: { rate: 2 } }, undefined, { clock })
    expect((await post(url, eventOf('a'), from('one'))).status).toBe(204)
    expect((await post(url, eventOf('b'), from('ONE'))).status).toBe(204)
    const reply = await post(url, eventOf('c'), from('one'))
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '30' } })
    expect(reply.json.error).toMatch(/more than 2 requests a minute.*webhook\.rate/)
    expect((await post(url, eventOf('d'), from('two'))).status).toBe(204)
    expect(batches).toHaveLength(3)

    clock.set('2023-11-15T12:00:30Z')
    expect((await post(url, eventOf('c'), from('one'))).status).toBe(204)
    expect((await post(url, eventOf('e'), from('one'))).status).toBe(429)
  })

  test('holds for senders without a name too', async () => {
    const clock = jumpingClock('2023-11-15T12:00:00Z')
    const { url } = await receive({ webhook: { rate: 1 } }, undefined, { clock })
    expect((await post(url, eventOf('a'))).status).toBe(204)
    expect((await post(url, eventOf('b'))).status).toBe(429)
  })

  test('is not used up by those who may not post, nor by handshakes', async () => {
    const clock = jumpingClock('2023-11-15T12:00:00Z')
    const auth = { token: new Secret('s3cret-token') }
    const { url } = await receive({ webhook: { rate: 1 }, auth }, undefined, { clock })
    for (let n = 0; n < 3; n += 1) {
      expect((await post(url, eventOf('a'), from('one'))).status).toBe(401)
      await greet(url, from('one'))
    }
    const authorization = 'Bearer s3cret-token'
    expect((await post(url, eventOf('a'), { ...from('one'), authorization })).status).toBe(204)
  })
})
