import { ConfigError, Refused } from '@billow/core'
import type { Charge } from './charge.ts'
import { COLUMN_NAMES, COLUMNS, type ColumnName } from './columns.ts'
import { sameDecimal } from './decimal.ts'
import { type FocusDefaults, focusDefaults } from './defaults.ts'
import { SUBCATEGORIES } from './services/subcategories.ts'

/** What a mapping says of a charge: columns that it leaves out, or null, are filled up. */
export type Draft = { readonly [C in ColumnName]?: string | null } & {
  readonly [custom: `x_${string}`]: string | null
}

interface Fallback {
  readonly column: ColumnName
  /** For the docs. */
  readonly says: string
  readonly value: (draft: Draft) => string | null | undefined
}

const isPriced = ({ ChargeCategory }: Draft): boolean =>
  ChargeCategory === 'Usage' || ChargeCategory === 'Purchase'

/** Of a row that is gone, which comes once more with amounts of 0, nothing is left to count. */
const isFree = ({ BilledCost, ContractedCost, EffectiveCost, ListCost }: Draft): boolean =>
  [BilledCost, ContractedCost, EffectiveCost, ListCost].every(cost => sameDecimal(cost ?? '0', '0'))

const FREQUENCIES: Readonly<Record<string, string>> = { Usage: 'Usage-Based', Tax: 'Recurring' }

/** What a column is where neither the event nor `focus.defaults` says, in this order. */
export const FALLBACKS: readonly Fallback[] = [
  { column: 'ContractedCost', says: '`BilledCost`', value: ({ BilledCost }) => BilledCost },
  { column: 'EffectiveCost', says: '`BilledCost`', value: ({ BilledCost }) => BilledCost },
  { column: 'ListCost', says: '`BilledCost`', value: ({ BilledCost }) => BilledCost },
  { column: 'InvoiceIssuerName', says: '`ProviderName`', value: ({ ProviderName }) => ProviderName },
  { column: 'PublisherName', says: '`ProviderName`', value: ({ ProviderName }) => ProviderName },
  { column: 'ChargeDescription', says: '`ServiceName`', value: ({ ServiceName }) => ServiceName },
  { column: 'SubAccountName', says: '`SubAccountId`', value: ({ SubAccountId }) => SubAccountId },
  { column: 'RegionName', says: '`RegionId`', value: ({ RegionId }) => RegionId },
  { column: 'ServiceCategory', says: '`Other`', value: () => 'Other' },
  {
    column: 'ServiceSubcategory',
    says: 'the `Other` of its `ServiceCategory`',
    value: ({ ServiceCategory }) => SUBCATEGORIES[ServiceCategory as keyof typeof SUBCATEGORIES]?.at(-1),
  },
  {
    column: 'ChargeFrequency',
    says: '`Usage-Based` for usage, `Recurring` for taxes, else `One-Time`',
    value: ({ ChargeCategory }) => FREQUENCIES[ChargeCategory ?? ''] ?? 'One-Time',
  },
  {
    column: 'PricingCategory',
    says: '`Standard` for usage and purchases',
    value: draft => (isPriced(draft) ? 'Standard' : null),
  },
  {
    column: 'PricingQuantity',
    says: '1 for usage and purchases, the row as one thing; 0 where all costs are 0',
    value: draft => (isPriced(draft) ? (isFree(draft) ? '0' : '1') : null),
  },
  {
    column: 'PricingUnit',
    says: '`Unit` where there is a `PricingQuantity`',
    value: ({ PricingQuantity }) => (PricingQuantity == null ? null : 'Unit'),
  },
]

/** What FOCUS wants whatever an event says. */
const FORCED: readonly Fallback[] = [
  {
    column: 'EffectiveCost',
    says: '0 for purchases, whose cost belongs to what they are used for',
    value: ({ ChargeCategory, EffectiveCost }) => (ChargeCategory === 'Purchase' ? '0' : EffectiveCost),
  },
]

/**
 * A whole charge: what the mapping says, then what `focus.defaults` say, then what columns fall back to.
 * @throws ConfigError where a column that must have a value has none, saying which default to give; Refused where no
 * default could.
 */
export function completeCharge(draft: Draft, defaults: FocusDefaults): Charge {
  const charge: Record<string, string | null> = {}
  for (const column of COLUMN_NAMES)
    charge[column] = draft[column] || (defaults[column as keyof FocusDefaults] ?? null)
  for (const [name, value] of Object.entries(draft)) if (name.startsWith('x_')) charge[name] = value || null
  for (const { column, value } of FALLBACKS) charge[column] ??= value(charge) ?? null
  for (const { column, value } of FORCED) charge[column] = value(charge) ?? null
  const missing = COLUMN_NAMES.filter(
    name => charge[name] === null && !COLUMNS[name].nullable && COLUMNS[name].level !== 'Conditional',
  )
  if (missing.length === 0) return charge as Charge
  const never = missing.filter(name => !Object.hasOwn(focusDefaults.properties, name))
  if (never.length > 0) throw new Refused(`found no ${never.join(', ')}, without which there is no charge`)
  throw new ConfigError(
    missing.map(name => `focus.defaults.${name}: found nothing, and the event does not say it; give a text`),
  )
}

/** What columns fall back to, as a Markdown table. */
export function fallbacksTable(): string {
  const rows = [...FALLBACKS, ...FORCED.map(one => ({ ...one, says: `${one.says} (always)` }))]
  return [
    '| column | is then |',
    '| --- | --- |',
    ...rows.map(({ column, says }) => `| \`${column}\` | ${says} |`),
  ].join('\n')
}
