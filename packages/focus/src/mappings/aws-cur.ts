import { Refused } from '@billow/core'
import type { Charge } from '../charge.ts'
import { times } from '../decimal.ts'
import type { FocusDefaults } from '../defaults.ts'
import { completeCharge, type Draft } from '../draft.ts'
import { amountOf, amountOrNull, textOf } from '../fields.ts'
import { instant } from '../period.ts'
import { awsRegion } from '../regions/aws.ts'
import { awsService } from '../services/aws.ts'
import { tagsText } from '../tags.ts'
import { focusUnit } from '../unit.ts'
import { awsLineKind } from './aws-line-type.ts'

/** A row of an AWS Cost and Usage Report by its header's names, such as `lineItem/UnblendedCost`. */
export type CurRow = Readonly<Record<string, string | undefined>>

/** Which of FOCUS's applicability criteria the charges of a report meet. */
export const AWS_CUR_SUPPORTS: readonly string[] = [
  'AVAILABILITY_ZONE_SUPPORTED',
  'BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED',
  'MULTIPLE_PRICING_CATEGORIES_SUPPORTED',
  'PUBLIC_PRICE_LIST_SUPPORTED',
  'REGION_SUPPORTED',
  'RESOURCE_TYPE_ASSIGNMENT_SUPPORTED',
  'SUB_ACCOUNT_SUPPORTED',
  'TAGGING_SUPPORTED',
  'UNIT_PRICING_SUPPORTED',
  'USAGE_MEASUREMENT_SUPPORTED',
]

/**
 * The charge of a row of an AWS Cost and Usage Report.
 * @throws Refused for a row that lacks what a line of a bill has.
 * @throws ConfigError where a column must have a value that neither row nor defaults say.
 */
export function awsCurCharge(row: CurRow, defaults: FocusDefaults = {}): Charge {
  return completeCharge(draftOf(row), defaults)
}

function draftOf(row: CurRow): Draft {
  const type = row['lineItem/LineItemType'] ?? ''
  const kind = awsLineKind(type)
  const service = textOf(row['product/ProductName']) ?? textOf(row['lineItem/ProductCode']) ?? 'AWS'
  const priced = kind.ChargeCategory === 'Usage' || kind.ChargeCategory === 'Purchase'
  return {
    ...periods(row),
    ProviderName: 'AWS',
    PublisherName: publisher(row),
    InvoiceId: textOf(row['bill/InvoiceId']),
    BillingAccountId: textOf(row['bill/PayerAccountId']),
    SubAccountId: textOf(row['lineItem/UsageAccountId']),
    BillingCurrency: textOf(row['lineItem/CurrencyCode']) ?? 'USD',
    BilledCost: billed(row),
    EffectiveCost: effective(type, row),
    ServiceName: service,
    ...awsService(service),
    ChargeDescription: textOf(row['lineItem/LineItemDescription']),
    ...kind,
    ...(/spot/i.test(row['lineItem/UsageType'] ?? '') && priced && { PricingCategory: 'Dynamic' }),
    ...(priced && pricing(row, kind.ChargeCategory === 'Usage')),
    ...commitment(type, row),
    ...awsRegion(textOf(row['product/region']) ?? textOf(row['product/regionCode'])),
    AvailabilityZone: textOf(row['lineItem/AvailabilityZone']),
    ...resource(row, service),
    Tags: tagsText(tags(row)),
    x_InvoicingEntity: textOf(row['bill/InvoicingEntity']),
    x_LineItemId: textOf(row['identity/LineItemId']),
    x_LineItemType: type,
    x_Operation: textOf(row['lineItem/Operation']),
    x_ProductCode: textOf(row['lineItem/ProductCode']),
    x_UsageType: textOf(row['lineItem/UsageType']),
  }
}

function periods(row: CurRow): Draft {
  const start = timeOf(row, 'lineItem/UsageStartDate')
  return {
    ChargePeriodStart: start,
    ChargePeriodEnd: timeOf(row, 'lineItem/UsageEndDate'),
    BillingPeriodStart: timeOf(row, 'bill/BillingPeriodStartDate'),
    BillingPeriodEnd: timeOf(row, 'bill/BillingPeriodEndDate'),
    x_BillingDate: start.slice(0, 10),
  }
}

function timeOf(row: CurRow, name: string): string {
  const text = row[name] ?? ''
  if (!Number.isNaN(Date.parse(text))) return instant(text)
  throw new Refused(`${name}: found "${text}", a time such as 2024-08-01T00:00:00Z is needed`)
}

const billed = (row: CurRow): string =>
  amountOrNull(row['lineItem/NetUnblendedCost']) ??
  amountOf(row['lineItem/UnblendedCost'], 'lineItem/UnblendedCost')

/** Who made it: AWS, or a seller of its marketplace. */
function publisher(row: CurRow): string | null {
  const entity = textOf(row['lineItem/LegalEntity'])
  return entity && /^(amazon|aws)\b/i.test(entity) ? null : entity
}

/** What a row costs with commitments spread over what they are used for, as the type of its line asks. */
function effective(type: string, row: CurRow): string | null {
  const amount = (name: string): string => amountOrNull(row[name]) ?? '0'
  if (type === 'SavingsPlanCoveredUsage') return amount('savingsPlan/SavingsPlanEffectiveCost')
  if (type === 'DiscountedUsage') return amount('reservation/EffectiveCost')
  if (type === 'SavingsPlanNegation') return '0'
  return null
}

/** Prices and quantities. What it costs by the price list is price times quantity, to the last digit. */
function pricing(row: CurRow, used: boolean): Draft {
  const quantity = amountOrNull(row['lineItem/UsageAmount'])
  const unit = focusUnit(textOf(row['pricing/unit']) ?? 'Unit')
  const price = amountOrNull(row['pricing/publicOnDemandRate'])
  const sku = textOf(row['product/sku'])
  return {
    PricingQuantity: quantity,
    PricingUnit: quantity && unit,
    ConsumedQuantity: used ? quantity : null,
    ConsumedUnit: used && quantity ? unit : null,
    ListUnitPrice: price,
    ListCost: price && quantity ? times(price, quantity) : null,
    SkuId: sku,
    SkuPriceId: sku && (textOf(row['pricing/RateCode']) ?? textOf(row['pricing/RateId'])),
    SkuMeter: sku && textOf(row['lineItem/UsageType']),
  }
}

function commitment(type: string, row: CurRow): Draft {
  const plan = textOf(row['savingsPlan/SavingsPlanARN'])
  const id = plan ?? textOf(row['reservation/ReservationARN'])
  if (!id) return {}
  const covered = type === 'DiscountedUsage' || type === 'SavingsPlanCoveredUsage'
  return {
    CommitmentDiscountId: id,
    CommitmentDiscountCategory: plan ? 'Spend' : 'Usage',
    CommitmentDiscountType: plan ? 'Savings Plan' : 'Reserved Instance',
    CommitmentDiscountStatus: covered ? 'Used' : null,
  }
}

/** Its type is what its ARN says: service and kind. */
function resource(row: CurRow, service: string): Draft {
  const id = textOf(row['lineItem/ResourceId'])
  if (!id) return {}
  const [, , owner, , , path = ''] = id.startsWith('arn:') ? id.split(':') : []
  const kind = /^([a-z][\w-]*)[/:]/.exec(path)?.[1]
  return { ResourceId: id, ResourceType: owner ? [owner, kind].filter(Boolean).join(':') : service }
}

/** `resourceTags/user:Team` is the user's tag Team; tags of AWS keep their prefix. */
function tags(row: CurRow): [key: string, value: string][] {
  return Object.entries(row).flatMap(([name, value]): [string, string][] => {
    const key = /^resourceTags\/(?:user:)?(.+)$/.exec(name)?.[1]
    return key && value ? [[key, value]] : []
  })
}
