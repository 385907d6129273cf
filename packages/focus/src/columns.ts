import { SUBCATEGORIES } from './services/subcategories.ts'

/** Whether a FOCUS 1.2 dataset must have a column: conditional ones only where the provider supports what they say. */
export type FeatureLevel = 'Mandatory' | 'Conditional' | 'Recommended'

/** What a column holds. All of it is text in a charge: decimals keep their digits, dates are UTC, objects are JSON. */
export type DataType = 'String' | 'Decimal' | 'Date/Time' | 'JSON'

export interface Column {
  readonly level: FeatureLevel
  readonly type: DataType
  readonly nullable: boolean
  /** The only values allowed, where the specification lists them. */
  readonly values?: readonly string[]
}

function column<L extends FeatureLevel, N extends boolean>(
  level: L,
  type: DataType,
  nullable: N,
  values?: readonly string[],
): Column & { readonly level: L; readonly nullable: N } {
  return { level, type, nullable, ...(values && { values }) }
}

const NULLABLE = true
const NEVER_NULL = false

/** The closed list of FOCUS 1.2 columns: the mandatory ones first, then the others, each group by name. */
export const COLUMNS = {
  BilledCost: column('Mandatory', 'Decimal', NEVER_NULL),
  BillingAccountId: column('Mandatory', 'String', NEVER_NULL),
  BillingAccountName: column('Mandatory', 'String', NULLABLE),
  BillingCurrency: column('Mandatory', 'String', NEVER_NULL),
  BillingPeriodEnd: column('Mandatory', 'Date/Time', NEVER_NULL),
  BillingPeriodStart: column('Mandatory', 'Date/Time', NEVER_NULL),
  ChargeCategory: column('Mandatory', 'String', NEVER_NULL, [
    'Usage',
    'Purchase',
    'Tax',
    'Credit',
    'Adjustment',
  ]),
  ChargeClass: column('Mandatory', 'String', NULLABLE, ['Correction']),
  ChargeDescription: column('Mandatory', 'String', NULLABLE),
  ChargePeriodEnd: column('Mandatory', 'Date/Time', NEVER_NULL),
  ChargePeriodStart: column('Mandatory', 'Date/Time', NEVER_NULL),
  ContractedCost: column('Mandatory', 'Decimal', NEVER_NULL),
  EffectiveCost: column('Mandatory', 'Decimal', NEVER_NULL),
  InvoiceIssuerName: column('Mandatory', 'String', NEVER_NULL),
  ListCost: column('Mandatory', 'Decimal', NEVER_NULL),
  PricingQuantity: column('Mandatory', 'Decimal', NULLABLE),
  PricingUnit: column('Mandatory', 'String', NULLABLE),
  ProviderName: column('Mandatory', 'String', NEVER_NULL),
  PublisherName: column('Mandatory', 'String', NEVER_NULL),
  ServiceCategory: column('Mandatory', 'String', NEVER_NULL, Object.keys(SUBCATEGORIES)),
  ServiceName: column('Mandatory', 'String', NEVER_NULL),
  AvailabilityZone: column('Recommended', 'String', NULLABLE),
  BillingAccountType: column('Conditional', 'String', NEVER_NULL),
  CapacityReservationId: column('Conditional', 'String', NULLABLE),
  CapacityReservationStatus: column('Conditional', 'String', NULLABLE, ['Used', 'Unused']),
  ChargeFrequency: column('Recommended', 'String', NEVER_NULL, ['One-Time', 'Recurring', 'Usage-Based']),
  CommitmentDiscountCategory: column('Conditional', 'String', NULLABLE, ['Spend', 'Usage']),
  CommitmentDiscountId: column('Conditional', 'String', NULLABLE),
  CommitmentDiscountName: column('Conditional', 'String', NULLABLE),
  CommitmentDiscountQuantity: column('Conditional', 'Decimal', NULLABLE),
  CommitmentDiscountStatus: column('Conditional', 'String', NULLABLE, ['Used', 'Unused']),
  CommitmentDiscountType: column('Conditional', 'String', NULLABLE),
  CommitmentDiscountUnit: column('Conditional', 'String', NULLABLE),
  ConsumedQuantity: column('Conditional', 'Decimal', NULLABLE),
  ConsumedUnit: column('Conditional', 'String', NULLABLE),
  ContractedUnitPrice: column('Conditional', 'Decimal', NULLABLE),
  InvoiceId: column('Recommended', 'String', NULLABLE),
  ListUnitPrice: column('Conditional', 'Decimal', NULLABLE),
  PricingCategory: column('Conditional', 'String', NULLABLE, ['Standard', 'Dynamic', 'Committed', 'Other']),
  PricingCurrency: column('Conditional', 'String', NULLABLE),
  PricingCurrencyContractedUnitPrice: column('Conditional', 'Decimal', NULLABLE),
  PricingCurrencyEffectiveCost: column('Conditional', 'Decimal', NULLABLE),
  PricingCurrencyListUnitPrice: column('Conditional', 'Decimal', NULLABLE),
  RegionId: column('Conditional', 'String', NULLABLE),
  RegionName: column('Conditional', 'String', NULLABLE),
  ResourceId: column('Conditional', 'String', NULLABLE),
  ResourceName: column('Conditional', 'String', NULLABLE),
  ResourceType: column('Conditional', 'String', NULLABLE),
  ServiceSubcategory: column('Recommended', 'String', NEVER_NULL, Object.values(SUBCATEGORIES).flat()),
  SkuId: column('Conditional', 'String', NULLABLE),
  SkuMeter: column('Conditional', 'String', NULLABLE),
  SkuPriceDetails: column('Conditional', 'JSON', NULLABLE),
  SkuPriceId: column('Conditional', 'String', NULLABLE),
  SubAccountId: column('Conditional', 'String', NULLABLE),
  SubAccountName: column('Conditional', 'String', NULLABLE),
  SubAccountType: column('Conditional', 'String', NULLABLE),
  Tags: column('Conditional', 'JSON', NULLABLE),
} as const

export type ColumnName = keyof typeof COLUMNS

export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[]

export const isColumn = (name: string): name is ColumnName => Object.hasOwn(COLUMNS, name)

/** The columns as a Markdown table. */
export function columnsTable(): string {
  const rows = COLUMN_NAMES.map(name => {
    const { level, type, nullable, values = [] }: Column = COLUMNS[name]
    return `| \`${name}\` | ${level} | ${type} | ${nullable ? 'yes' : 'no'} | ${values.length > 20 ? `[${values.length}](#services)` : values.join(', ')} |`
  })
  return [
    '| column | level | type | may be null | allowed values |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
