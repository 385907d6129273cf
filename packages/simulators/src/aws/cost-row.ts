export const METRICS = [
  'AmortizedCost',
  'BlendedCost',
  'NetAmortizedCost',
  'NetUnblendedCost',
  'NormalizedUsageAmount',
  'UnblendedCost',
  'UsageQuantity',
] as const

export type Metric = (typeof METRICS)[number]

export type Amounts = Readonly<Record<Metric, string>>

/** The finest row of an AWS bill that Cost Explorer can group. Amounts are plain decimal text. */
export interface CostRow {
  readonly account: string
  readonly service: string
  readonly region: string
  readonly usageType: string
  readonly recordType: string
  readonly amounts: Amounts
}

/** A bill in its final state: what each day will have cost once nothing changes any more. */
export interface CostBill {
  readonly currency: string
  /** The account that pays. */
  readonly payer: string
  /** Names of the accounts by their id. */
  readonly accounts: Readonly<Record<string, string>>
  rows(day: string): readonly CostRow[]
}
