import { Refused, Type, webhookSource } from '@billow/core'

/** Invoices that a shop posts to us, on any path: `{ "number": "2024-7", "total": "12.30", "currency": "EUR" }`. */
export const invoices = webhookSource({
  name: 'source-invoices',
  config: Type.Object({ shop: Type.String({ description: 'The name of the shop' }) }),
  events({ body }, { config }) {
    const { number, total, currency } = JSON.parse(body.toString()) as Record<string, string>
    // Its sender hears of it, and does not send it again.
    if (!number || !total) throw new Refused('an invoice has a number and a total', { status: 422 })
    const data = { number, total, currency }
    return [{ specversion: '1.0', id: number, source: `shop/${config.shop}`, type: 'shop.invoice', data }]
  },
})

export default invoices
