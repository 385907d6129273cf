import { createHash } from 'node:crypto'
import { canonicalQuery } from '../wire.ts'
import { ownership, rawAmount, rawAmounts } from './amounts.ts'
import type { BssRules } from './account-bill.ts'
import { type BillRow, payer, sumAmounts } from './bill-row.ts'
import { productName } from './catalogue.ts'
import { bssError } from './errors.ts'
import { type InstanceRow, instancesOf } from './instances.ts'
import type { Ledger } from './ledger.ts'
import {
  matches,
  type Parameters,
  readCount,
  readFlag,
  readOwner,
  readPeriod,
  Refusal,
} from './parameters.ts'

/** DescribeInstanceBill: the `Data` of its answer. Throws `Refusal`. */
export function describeInstanceBill(
  parameters: Parameters,
  ledger: Ledger,
  rules: BssRules,
  seed: number,
): object {
  const { cycle, date, days } = readPeriod(parameters, rules.now, rules.anyCase)
  const MaxResults = readCount(parameters, 'MaxResults', 20, 300)
  const byItem = readFlag(parameters, 'IsBillingItem')
  const hideZero = readFlag(parameters, 'IsHideZeroCharge')
  const owner = readOwner(parameters)
  const { NextToken, MaxResults: _, ...rest } = parameters
  const request = createHash('sha256')
    .update(canonicalQuery(Object.entries(rest)))
    .digest('base64url')
  const from = NextToken ? openToken(NextToken, request) : 0
  if (from > 0 && rules.shifts()) ledger.late(days.at(-1) ?? '')

  const rows = days
    .flatMap(day => [...ledger.settled(day, rules.now)])
    .filter(row => !owner || row.owner === owner)
  const all = merged(
    rows.flatMap(row => instancesOf(seed, row, byItem)),
    date !== undefined,
  ).filter(
    instance =>
      !(hideZero && instance.amounts.PretaxGrossAmount === '0' && instance.amounts.PretaxAmount === '0') &&
      matches(parameters, {
        InstanceID: instance.instanceId,
        ProductCode: instance.row.productCode,
        PipCode: instance.row.productCode,
        ProductType: instance.row.productCode,
        SubscriptionType: instance.row.subscriptionType,
      }),
  )
  const until = from + MaxResults
  return {
    AccountID: payer.id,
    AccountName: payer.name,
    BillingCycle: cycle,
    MaxResults,
    TotalCount: all.length,
    NextToken: until < all.length ? writeToken(until, request) : '',
    Items: all.slice(from, until).map(instance => item(instance, date)),
  }
}

/** A month's figures are summed by instance and billing item. */
function merged(rows: readonly InstanceRow[], daily: boolean): readonly InstanceRow[] {
  if (daily) return rows
  const key = ({ row, instanceId, billingItem }: InstanceRow) =>
    [row.owner.id, instanceId, row.item, billingItem?.name].join(' ')
  return [...Map.groupBy(rows, key).values()].map(group => {
    const [first] = group as [InstanceRow]
    return { ...first, amounts: sumAmounts(group.map(row => row.amounts)) }
  })
}

function item(instance: InstanceRow, date: string | undefined): object {
  const { row, billingItem, amounts, instanceId, nickName, region, zone, spec, tag } = instance
  const { owner, productCode, subscriptionType } = row
  return {
    ...ownership(owner, payer),
    CostUnit: owner.costUnit,
    ...(date && { BillingDate: date }),
    Item: row.item,
    InstanceID: instanceId,
    NickName: nickName,
    InstanceSpec: spec,
    InstanceConfig: '',
    Region: region,
    Zone: zone,
    Tag: tag,
    ResourceGroup: 'Default resource group',
    InternetIP: '',
    IntranetIP: '',
    ProductCode: productCode,
    ProductType: productCode,
    PipCode: productCode,
    CommodityCode: productCode,
    ProductName: productName(productCode),
    ProductDetail: `${productName(productCode)} (${label(row)})`,
    SubscriptionType: subscriptionType,
    BillingType: 'Other',
    ServicePeriod: '86400',
    ServicePeriodUnit: 'Second',
    ...rawAmounts(amounts, productCode),
    AfterDiscountAmount: rawAmount(amounts.PretaxAmount),
    ...(billingItem && {
      BillingItem: billingItem.name,
      BillingItemCode: billingItem.code,
      ListPrice: '0.12',
      ListPriceUnit: `${owner.currency}/${billingItem.unit}`,
      Usage: amounts.PretaxGrossAmount,
      UsageUnit: billingItem.unit,
      DeductedByResourcePackage: '0',
    }),
  }
}

const label = ({ subscriptionType }: BillRow) =>
  subscriptionType === 'PayAsYouGo' ? 'Pay-As-You-Go' : 'Subscription'

const writeToken = (at: number, request: string) => Buffer.from(`${at} ${request}`).toString('base64url')

/** A token is good for the request that gave it, whatever its MaxResults. */
function openToken(token: string, request: string): number {
  const [at = '', of] = Buffer.from(token, 'base64url').toString().split(' ')
  if (/^\d+$/.test(at) && of === request) return Number(at)
  throw new Refusal(
    bssError(
      'InvalidNextToken',
      'NextToken must be left empty or set to the value returned in the last call.',
    ),
  )
}
