import { type Charge, charges } from '@billow/focus'

const toCharge = charges({ defaults: { BillingAccountId: '123456789012' } })
const cost = { amount: '1.50', unit: 'USD' }

export const chargeOf = (n: number, more: object = {}): Charge =>
  toCharge({
    specversion: '1.0',
    id: `id-${n}`,
    source: 'cloud.aws.billing',
    type: 'aws.service.daily',
    data: {
      date: '2024-08-01',
      service: `Service "${n}", 云\nnew`,
      netUnblendedCost: cost,
      netAmortizedCost: cost,
      ...more,
    },
  })

/** Charges without end, and how many were asked for. */
export function endless() {
  const asked = { for: 0, over: false }
  function* make() {
    try {
      for (;;) yield chargeOf((asked.for += 1))
    } finally {
      asked.over = true
    }
  }
  return { asked, charges: make() }
}

export const some = Array.from({ length: 500 }, (_, n) => chargeOf(n, { tag: { key: 'a,b', value: '"c"' } }))
