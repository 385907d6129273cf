import { describe, expect, test } from '@jest/globals'
import { Secret } from '@billow/core'
import { request } from 'undici'
import { testContext } from '../../../test/support/context.ts'
import { invoices } from '../src/index.ts'

describe('the example webhook', () => {
  test('makes an event of a request, and answers when it is safe', async () => {
    const stop = new AbortController()
    const listening = Promise.withResolvers<number>()
    const config = {
      shop: 'north',
      port: 0,
      host: '127.0.0.1',
      max_body: 65_536,
      max_requests: 10,
      max_pending: 65_536,
      sender_auth: { token: new Secret('open-sesame') },
    }
    const context = testContext(config as never, { signal: stop.signal })
    const log = { ...context.log, info: ({ port }: { port: number }) => listening.resolve(port) }
    const batches = invoices.read({ ...context, log: log as never })[Symbol.asyncIterator]()
    const first = batches.next()
    const url = `http://127.0.0.1:${await listening.promise}/hook`
    const headers = { authorization: 'Bearer open-sesame' }
    const answer = request(url, {
      method: 'POST',
      headers,
      body: '{"number":"7","total":"12.30","currency":"EUR"}',
    })
    const { value } = await first
    expect(value.events).toEqual([
      {
        specversion: '1.0',
        id: '7',
        source: 'shop/north',
        type: 'shop.invoice',
        data: { number: '7', total: '12.30', currency: 'EUR' },
      },
    ])
    await value.commit([])
    expect((await answer).statusCode).toBe(204)
    expect((await request(url, { method: 'POST', headers, body: '{}' })).statusCode).toBe(422)
    stop.abort()
    expect(await batches.next()).toMatchObject({ done: true })
  })
})
