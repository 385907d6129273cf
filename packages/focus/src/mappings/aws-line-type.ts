import type { Draft } from '../draft.ts'

type Kind = Pick<Draft, 'ChargeCategory' | 'ChargeClass' | 'ChargeFrequency' | 'PricingCategory'>

/** What a line of an AWS bill is, by its type in small letters without spaces. The first line that fits counts. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/tax/, { ChargeCategory: 'Tax' }],
  // Money back for what was used or bought before.
  [/refund/, { ChargeCategory: 'Usage', ChargeClass: 'Correction', ChargeFrequency: 'One-Time' }],
  [/credit/, { ChargeCategory: 'Credit' }],
  [/rounding|roundingadjustment|outofcycle/, { ChargeCategory: 'Adjustment' }],
  [/recurring|^rifee|support/, { ChargeCategory: 'Purchase', ChargeFrequency: 'Recurring' }],
  [/fee|upfront/, { ChargeCategory: 'Purchase', ChargeFrequency: 'One-Time' }],
  [/^discountedusage|covered|negation/, { ChargeCategory: 'Usage', PricingCategory: 'Committed' }],
]

/** The kind of a line by AWS's record type, or line item type: usage where nothing else is said. */
export function awsLineKind(type: string): Kind {
  const key = type.toLowerCase().replaceAll(/[^a-z]/g, '')
  return KINDS.find(([pattern]) => pattern.test(key))?.[1] ?? { ChargeCategory: 'Usage' }
}
