import { setTimeout } from 'node:timers/promises'
import { type Address, testSource } from '@billow/testing'
import { Agent, request } from 'undici'
import { invoices } from '../src/index.ts'

const TOKEN = 'open-sesame-please'
const NUMBERS = ['2024-1', '2024-2', '2024-3', '2024-4', '2024-5', '2024-6']

/** A shop that posts its invoices, and remembers which were taken. */
function openShop() {
  const dispatcher = new Agent()
  const open = new Set(NUMBERS)
  async function post(number: string, { port }: Address, signal: AbortSignal): Promise<void> {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ number, total: '12.30', currency: 'EUR' }),
      dispatcher,
      signal,
    })
    await body.dump()
    if (statusCode < 500) open.delete(number)
  }
  return {
    close: () => dispatcher.destroy(),
    async push(address: Address, signal: AbortSignal): Promise<void> {
      while (open.size > 0) {
        await Promise.all([...open].map(number => post(number, address, signal).catch(() => undefined)))
        if (open.size > 0) await setTimeout(1, undefined, { signal })
      }
    },
  }
}

testSource({
  source: invoices,
  config: { shop: 'north', port: 0, host: '127.0.0.1', sender_auth: { token: TOKEN } },
  invalid: [
    { key: 'shop', value: undefined },
    { key: 'port', value: 'eighty' },
  ],
  outside: openShop,
  produces: NUMBERS.length,
  push: (shop, address, signal) => shop.push(address, signal),
})
