/** A column of Common Bill Format that the configuration can fill. */
export interface CbfColumn {
  /** FOCUS columns, of which the first with a value counts; none where nothing fills it by default. */
  readonly from: readonly string[]
  readonly kind: 'text' | 'cost' | 'quantity'
  readonly description: string
}

const text = (description: string, ...from: readonly string[]): CbfColumn => ({
  from,
  kind: 'text',
  description,
})
const cost = (description: string, ...from: readonly string[]): CbfColumn => ({
  from,
  kind: 'cost',
  description,
})

/**
 * What can be filled, with what fills it by default. `lineitem/id`, `lineitem/type` and `time/usage_start` follow from the
 * event and its category; tags have a key of their own. (docs.cloudzero.com, Common Bill Format)
 */
export const CBF_COLUMNS = {
  'lineitem/description': text('What was charged, in words', 'ChargeDescription'),
  'lineitem/cloud_provider': text('Whose bill it is', 'ProviderName'),
  'resource/id': text('The resource', 'ResourceId'),
  'resource/service': text('The service', 'ServiceName'),
  'resource/account': text('The account', 'SubAccountId', 'BillingAccountId'),
  'resource/region': text('The region', 'RegionId'),
  'resource/usage_family': text('The kind of usage within the service', 'ServiceSubcategory'),
  'action/operation': text('What was done'),
  'action/usage_type': text('The kind of usage within its family', 'SkuMeter'),
  'usage/amount': {
    from: ['ConsumedQuantity'],
    kind: 'quantity',
    description: 'How much was used. Left out where it is below zero, which CloudZero does not take',
  },
  'usage/units': text('The unit of that', 'ConsumedUnit'),
  'cost/cost': cost('What is billed', 'BilledCost'),
  'cost/discounted_cost': cost(
    'The cost after discounts; where it is left out, CloudZero takes that before them',
  ),
  'cost/amortized_cost': cost('The cost with prepaid amounts spread over their use', 'EffectiveCost'),
  'cost/discounted_amortized_cost': cost('The same after discounts; left out, `cost/amortized_cost` counts'),
  'cost/on_demand_cost': cost('What the public price list asks', 'ListCost'),
  'bill/invoice_id': text('The invoice', 'InvoiceId'),
  'k8s/cluster': text('The Kubernetes cluster'),
  'k8s/namespace': text('The Kubernetes namespace'),
  'k8s/deployment': text('The Kubernetes deployment'),
  'k8s/labels': text('Labels of Kubernetes'),
} as const satisfies Readonly<Record<string, CbfColumn>>

export type CbfColumnName = keyof typeof CBF_COLUMNS
