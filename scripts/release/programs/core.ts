import assert from 'node:assert/strict'
import { dailySource, Type } from '@billow/core'
import { pulled } from './carry.ts'

const source = dailySource({
  name: 'source-tried',
  config: Type.Object({ customer: Type.String() }),
  zone: 'UTC',
  account: ({ config }) => config.customer,
  async *fetch(day) {
    yield { day, row: { product: 'cpu', cost: '1.20' }, final: true }
  },
  key: ({ product }) => [product],
  amount: ({ cost }) => ({ amount: cost, currency: 'EUR' }),
  event: row => ({ source: 'tried.billing', type: 'tried.billing.daily', data: { ...row } }),
})

const event = { type: 'tried.billing.daily', data: { product: 'cpu', cost: '1.20' } }
assert.deepEqual(
  (await pulled(source, 'customer: me\n')).map(({ type, data }) => ({ type, data })),
  [event, event],
)
