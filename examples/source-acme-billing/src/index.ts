import { AuthError, dailySource, parseJson, Retryable, secret, Type } from '@billow/core'
import { request } from 'undici'

/** A line of Acme's bill, as its API gives it. */
interface Line {
  product: string
  cost: string
  currency: string
}

/** Acme's bill, day by day: `GET /bills/2024-05-05` answers `{ "closed": true, "lines": [ … ] }`. */
export const acmeBilling = dailySource({
  name: 'source-acme-billing',
  config: Type.Object({
    endpoint: Type.String({ format: 'http-url', description: 'The URL of the API' }),
    customer: Type.String({ description: 'Your customer number' }),
    token: secret({ description: 'Your API token' }),
  }),
  zone: 'Europe/Berlin',
  account: ({ config }) => config.customer,
  async *fetch(day, _to, { config, signal }) {
    const { statusCode, body } = await request(`${config.endpoint}/bills/${day}`, {
      headers: { authorization: `Bearer ${config.token.reveal()}` },
      signal,
    })
    const text = await body.text()
    if (statusCode === 401) throw new AuthError('Acme does not know the token; make a new one in its console')
    if (statusCode !== 200) throw new Retryable(`Acme answered ${statusCode}`)
    const { closed, lines } = parseJson(text) as { closed: boolean; lines: Line[] }
    for (const row of lines) yield { day, row, final: closed }
  },
  key: ({ product }) => [product],
  event: line => ({ source: 'acme.billing', type: 'acme.billing.daily', data: { ...line } }),
  amount: ({ cost, currency }) => ({ amount: cost, currency }),
})

export default acmeBilling
