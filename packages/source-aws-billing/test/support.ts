import { Secret } from '@billow/core'
import { type AwsBillingConfig, awsBill, type CostRow } from '@billow/source-aws-billing'
import { AWS_KEYS } from '../../../test/support/app.ts'
import { all, type TestContext, type TestContextOptions, testContext } from '../../../test/support/context.ts'

export type AwsContext = TestContext<AwsBillingConfig>

/** A context with the documents' keys; `keys: false` leaves them out. */
export function awsContext(
  endpoint: string,
  more: Partial<AwsBillingConfig> = {},
  options?: TestContextOptions,
): AwsContext {
  const secret = { access_key_id: new Secret(AWS_KEYS.id), secret_access_key: new Secret(AWS_KEYS.secret) }
  return testContext<AwsBillingConfig>({ endpoint, secret, ...more }, options)
}

export async function rowsOf(context: AwsContext, from: string, to = from): Promise<CostRow[]> {
  return (await all(awsBill.fetch(from, to, context))).map(({ row }) => row)
}

export const METRICS = [
  'AmortizedCost',
  'BlendedCost',
  'NetAmortizedCost',
  'NetUnblendedCost',
  'UnblendedCost',
]

/** A group as the API writes it: one amount for all metrics. */
export function group(keys: readonly string[], amount: string, unit = 'USD', metrics = METRICS) {
  return {
    Keys: keys,
    Metrics: Object.fromEntries(metrics.map(name => [name, { Amount: amount, Unit: unit }])),
  }
}

export function answer(day: string, groups: readonly object[], more: object = {}) {
  return {
    GroupDefinitions: [],
    ResultsByTime: [{ TimePeriod: { Start: day, End: day }, Total: {}, Groups: groups, Estimated: true }],
    DimensionValueAttributes: [],
    ...more,
  }
}
