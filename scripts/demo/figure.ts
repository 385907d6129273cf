import { type CloudEvent, digits, type Money } from '@billow/core'
import { CHARGE_TYPE, type Charge } from '@billow/focus'

/** The figure to sum of an event of either cloud: AWS's unblended cost, Alibaba Cloud's amount before tax; of a charge, what it bills. */
export function figureOf({ source, type, data }: CloudEvent): Money {
  if (type === CHARGE_TYPE) {
    const { BilledCost, BillingCurrency } = data as Charge
    return { amount: BilledCost, currency: BillingCurrency }
  }
  if (source === 'cloud.aws.billing') {
    const { amount, unit } = (data as Costs).unblendedCost
    return { amount, currency: unit }
  }
  const row = data as Record<string, unknown>
  return { amount: digits(row['PretaxAmount']) ?? 'none', currency: String(row['Currency']) }
}

interface Costs {
  readonly unblendedCost: { readonly amount: string; readonly unit: string }
}
