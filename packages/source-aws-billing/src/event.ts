import type { BillEvent, Money } from '@billow/core'

export const SOURCE = 'cloud.aws.billing'
export const TYPE = 'aws.service.daily'

/** The metrics that are read, by the name that the event gives them. */
export const METRICS = {
  amortizedCost: 'AmortizedCost',
  blendedCost: 'BlendedCost',
  netAmortizedCost: 'NetAmortizedCost',
  netUnblendedCost: 'NetUnblendedCost',
  unblendedCost: 'UnblendedCost',
} as const

/** A cost by the name that the event gives it. */
export type CostName = keyof typeof METRICS

/** An amount as AWS writes it: decimal text, with its currency. */
export interface Cost {
  readonly amount: string
  readonly unit: string
}

/** One service's cost of one day, or of one member of the second grouping within it. */
export interface CostRow {
  readonly date: string
  readonly service: string
  /** The second grouping's key in the event, with its value: `['linkedAccount', '123456789012']`. */
  readonly group?: readonly [name: string, value: string | TagValue]
  readonly costs: Readonly<Record<CostName, Cost>>
}

/** The value of a tag or a cost category; empty where the resource has none. */
export interface TagValue {
  readonly key: string
  readonly value: string
}

/** The event of a row. With a second grouping its data has one more key. */
export function costEvent({ date, service, group, costs }: CostRow): BillEvent {
  return {
    source: SOURCE,
    type: TYPE,
    data: { date, service, ...(group && { [group[0]]: group[1] }), ...costs },
  }
}

/** What names a row within its day: the service and the second grouping's value. */
export function costKey({ service, group }: CostRow): readonly string[] {
  if (!group) return [service]
  const [, value] = group
  return [service, typeof value === 'string' ? value : value.value]
}

/** An event's data without any cost. */
export function withoutCost(data: BillEvent['data']): BillEvent['data'] {
  const costs = Object.keys(METRICS).map(name => [name, { ...(data[name] as Cost), amount: '0' }])
  return { ...data, ...Object.fromEntries(costs) }
}

/** The unblended cost: what the day's usage was charged at. */
export function costAmount({ costs }: CostRow): Money {
  return { amount: costs.unblendedCost.amount, currency: costs.unblendedCost.unit }
}
