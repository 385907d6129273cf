import { type CloudEvent, digits, type Money } from '@billow/core'

/** The figure to sum of an event of either cloud: AWS's unblended cost, Alibaba Cloud's amount before tax. */
export function figureOf({ source, data }: CloudEvent): Money {
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
