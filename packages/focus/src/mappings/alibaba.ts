import { minus, isNegative } from '../decimal.ts'
import type { Draft } from '../draft.ts'
import { amountOf, amountOrNull, type Data, dataOf, dayOf, textOf } from '../fields.ts'
import { dayPeriods } from '../period.ts'
import { alibabaRegion } from '../regions/alibaba.ts'
import type { Mapping } from '../registry.ts'
import { alibabaService } from '../services/alibaba.ts'
import { readAlibabaTags, tagsText } from '../tags.ts'
import { focusUnit } from '../unit.ts'

const SUPPORTS = [
  'ACCOUNT_NAMING_SUPPORTED',
  'MULTIPLE_PRICING_CATEGORIES_SUPPORTED',
  'SUB_ACCOUNT_SUPPORTED',
]

/** Alibaba Cloud's day by product. Its days are those of UTC+8. */
export const alibabaDaily: Mapping = {
  type: 'alibaba.billing.daily',
  supports: SUPPORTS,
  draft: event => {
    const data = dataOf(event)
    const draft = common(data)
    // The bill by product does not say what a row is: money back is a refund of an earlier day.
    const refund = isNegative(draft.BilledCost ?? '0')
    return { ...draft, ...(refund && { ChargeClass: 'Correction', ChargeFrequency: 'One-Time' }) }
  },
}

/** Alibaba Cloud's day by billing item of an instance. */
export const alibabaInstanceDaily: Mapping = {
  type: 'alibaba.billing.instance.daily',
  supports: [
    ...SUPPORTS,
    'AVAILABILITY_ZONE_SUPPORTED',
    'BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED',
    'REGION_SUPPORTED',
    'RESOURCE_TYPE_ASSIGNMENT_SUPPORTED',
    'TAGGING_SUPPORTED',
    'USAGE_MEASUREMENT_SUPPORTED',
  ],
  draft: event => {
    const data = dataOf(event)
    const draft = { ...common(data), ...KINDS[String(data['Item'])] }
    const resource = textOf(data['InstanceID'])
    const item = textOf(data['BillingItemCode']) ?? textOf(data['BillingItem'])
    const commodity = textOf(data['CommodityCode'])
    return {
      ...draft,
      ...usage(data, draft.ChargeCategory ?? null),
      ...alibabaRegion(textOf(data['Region'])),
      AvailabilityZone: textOf(data['Zone']),
      ResourceId: resource,
      ResourceName: resource && textOf(data['NickName']),
      ResourceType: resource && (textOf(data['ProductType']) ?? draft.ServiceName ?? null),
      ChargeDescription: textOf(data['ProductDetail']),
      Tags: tagsText(readAlibabaTags(textOf(data['Tag']) ?? '')),
      SkuId: commodity,
      SkuPriceId: commodity && item && `${commodity}/${item}`,
      SkuMeter: commodity && textOf(data['BillingItem']),
      x_InstanceSpec: textOf(data['InstanceSpec']),
      x_ListPrice: textOf(data['ListPrice']),
      x_ListPriceUnit: textOf(data['ListPriceUnit']),
      x_ResourceGroup: textOf(data['ResourceGroup']),
    }
  },
}

/** What a row of the instance bill is. A refund stays what was paid back, and corrects it. */
const KINDS: Readonly<Record<string, Draft>> = {
  PayAsYouGoBill: { ChargeCategory: 'Usage' },
  SubscriptionOrder: { ChargeCategory: 'Purchase' },
  Refund: { ChargeClass: 'Correction', ChargeFrequency: 'One-Time' },
  Adjustment: { ChargeCategory: 'Adjustment', ChargeFrequency: 'One-Time' },
}

/** Both bills have this. Amounts are before tax. */
function common(data: Data): Draft {
  const gross = amountOf(data['PretaxGrossAmount'], 'data.PretaxGrossAmount')
  const discount = amountOrNull(data['InvoiceDiscount']) ?? '0'
  const billed = amountOf(data['PretaxAmount'], 'data.PretaxAmount')
  const code = textOf(data['ProductCode'])
  const subscription = data['SubscriptionType'] === 'Subscription'
  return {
    ...dayPeriods(dayOf(data['BillingDate'], 'data.BillingDate'), '+08:00'),
    ProviderName: 'Alibaba Cloud',
    BillingAccountId: textOf(data['BillAccountID']),
    BillingAccountName: textOf(data['BillAccountName']),
    SubAccountId: textOf(data['OwnerId']),
    SubAccountName: textOf(data['OwnerName']),
    BillingCurrency: textOf(data['Currency']) ?? 'CNY',
    BilledCost: billed,
    EffectiveCost: amountOrNull(data['AfterDiscountAmount']) ?? billed,
    ContractedCost: minus(gross, discount),
    ListCost: gross,
    ServiceName: textOf(data['ProductName']) ?? code ?? 'Alibaba Cloud',
    ...alibabaService(code ?? ''),
    ChargeCategory: subscription ? 'Purchase' : 'Usage',
    x_BizType: textOf(data['BizType']),
    x_CostUnit: textOf(data['CostUnit']),
    x_ProductCode: code,
  }
}

/** What was used is what was priced. Only usage consumes something. */
function usage(data: Data, category: string | null): Draft {
  const quantity = amountOrNull(data['Usage'])
  const unit = textOf(data['UsageUnit'])
  if (quantity === null || unit === null) return {}
  const priced = { PricingQuantity: quantity, PricingUnit: focusUnit(unit) }
  return category === 'Usage'
    ? { ...priced, ConsumedQuantity: quantity, ConsumedUnit: focusUnit(unit) }
    : priced
}
