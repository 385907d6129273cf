import {
  type Amounts,
  addAmount,
  type BillEvent,
  decimalOf,
  digits,
  type Money,
  type MonthTotals,
  parseJson,
  Retryable,
} from '@billow/core'

export const SOURCE = 'cloud.alibaba.billing'

/** A row of a bill as it came: figures keep the API's digits. */
export type WireRow = Readonly<Record<string, unknown>>

/** A kind of bill: which call reads it, and what its rows become. */
export interface BillKind {
  readonly type: string
  readonly action: 'QueryAccountBill' | 'DescribeInstanceBill'
  /** The fields of a row that are figures, and those that are text. */
  readonly figures: readonly string[]
  readonly texts: readonly string[]
  /** The fields that name a row within its day. */
  readonly key: readonly string[]
  /** Whether fields that the API adds one day are passed on as they come. */
  readonly open: boolean
}

const COMMON_FIGURES = [
  'AdjustAmount',
  'CashAmount',
  'DeductedByCashCoupons',
  'DeductedByCoupons',
  'DeductedByPrepaidCard',
  'InvoiceDiscount',
  'OutstandingAmount',
  'PaymentAmount',
  'PretaxAmount',
  'PretaxGrossAmount',
] as const

const COMMON_TEXTS = [
  'BillAccountID',
  'BillAccountName',
  'BillingDate',
  'BizType',
  'CostUnit',
  'Currency',
  'OwnerId',
  'PipCode',
  'ProductCode',
  'ProductName',
  'SubscriptionType',
] as const

const COMMON_KEY = [
  'BillAccountID',
  'OwnerId',
  'ProductCode',
  'PipCode',
  'SubscriptionType',
  'Currency',
  'CostUnit',
  'BizType',
] as const

export const accountBill: BillKind = {
  type: 'alibaba.billing.daily',
  action: 'QueryAccountBill',
  figures: COMMON_FIGURES,
  texts: [...COMMON_TEXTS, 'OwnerName'],
  key: COMMON_KEY,
  open: false,
}

export const instanceBill: BillKind = {
  type: 'alibaba.billing.instance.daily',
  action: 'DescribeInstanceBill',
  figures: [...COMMON_FIGURES, 'AfterDiscountAmount'],
  texts: [
    ...COMMON_TEXTS,
    'BillingItem',
    'BillingItemCode',
    'BillingType',
    'CommodityCode',
    'DeductedByResourcePackage',
    'InstanceConfig',
    'InstanceID',
    'InstanceSpec',
    'InternetIP',
    'IntranetIP',
    'Item',
    'ItemName',
    'ListPrice',
    'ListPriceUnit',
    'NickName',
    'ProductDetail',
    'ProductType',
    'Region',
    'ResourceGroup',
    'ServicePeriod',
    'ServicePeriodUnit',
    'Tag',
    'Usage',
    'UsageUnit',
    'Zone',
  ],
  // The tiers of a billing item have no field of their own: their rows share a key, and are told apart by digest.
  key: [
    ...COMMON_KEY,
    'ProductType',
    'CommodityCode',
    'Item',
    'InstanceID',
    'BillingItemCode',
    'BillingType',
    'Region',
  ],
  open: true,
}

/** A row of one kind of bill, with the keys of its event in alphabetical order. */
export interface BillRow {
  readonly type: string
  readonly key: readonly string[]
  readonly data: Readonly<Record<string, unknown>>
}

/** Brings a row of the API into the event's form: `OwnerId`, ids as text, `""` or 0 for what was left out. */
export function toRow(kind: BillKind, wire: WireRow, day: string): BillRow {
  const { OwnerID: OwnerId, ...others } = wire
  const given: WireRow = { ...others, OwnerId, BillingDate: wire['BillingDate'] ?? day }
  const entries: (readonly [string, unknown])[] = [
    ...(kind.open ? Object.entries<unknown>(others) : []),
    ...kind.figures.map(name => [name, figure(name, given[name])] as const),
    ...kind.texts.map(name => [name, textOf(given[name])] as const),
  ]
  const data = Object.fromEntries(
    Object.entries(Object.fromEntries(entries)).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
  return { type: kind.type, key: kind.key.map(name => String(data[name])), data }
}

export function billEvent({ type, data }: BillRow): BillEvent {
  return { source: SOURCE, type, data }
}

/** The amount before tax, after every discount and coupon: what the day's use costs, however it is paid. */
export function billAmount({ data }: BillRow): Money {
  return { amount: digits(data['PretaxAmount']) ?? '0', currency: String(data['Currency']) }
}

/** The totals of a month's overview; what was let off in rounding the month is taken off its amounts already. */
export function overviewTotals(rows: readonly WireRow[]): MonthTotals {
  let amounts: Amounts = {}
  let roundDown: Amounts = {}
  for (const row of rows) {
    const currency = textOf(row['Currency'])
    amounts = addAmount(amounts, currency, decimalOf(row['PretaxAmount']) ?? '0')
    roundDown = addAmount(roundDown, currency, decimalOf(row['RoundDownDiscount']) ?? '0')
  }
  return { amounts, roundDown }
}

/** Quantities that the instance bill writes as text. */
const QUANTITIES = ['DeductedByResourcePackage', 'Usage']

/** An event's data without any amount or quantity. Prices stay: nobody sums them. */
export function withoutFigures(data: BillEvent['data']): BillEvent['data'] {
  const figures = new Set<string>(instanceBill.figures)
  const entries = Object.entries(data).map(([name, value]): [string, unknown] => {
    if (figures.has(name)) return [name, 0]
    return [name, QUANTITIES.includes(name) ? '0' : value]
  })
  return Object.fromEntries(entries)
}

/** Text as it is, a number with its own digits; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (digits(value) ?? '')
}

function figure(name: string, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return 0
  if (digits(value) !== undefined) return value
  if (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return parseJson(value)
  throw new Retryable(`a row of the bill has no number in ${name}`)
}
