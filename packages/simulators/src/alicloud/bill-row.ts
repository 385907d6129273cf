import { multiply, subtract, sum } from '../decimal.ts'

/** What was charged and deducted, plain decimal text in the row's currency. */
export interface Charges {
  readonly PretaxGrossAmount: string
  readonly InvoiceDiscount: string
  readonly DeductedByCoupons: string
  readonly DeductedByCashCoupons: string
  readonly DeductedByPrepaidCard: string
  readonly OutstandingAmount: string
  readonly AdjustAmount: string
}

const CHARGES = [
  'PretaxGrossAmount',
  'InvoiceDiscount',
  'DeductedByCoupons',
  'DeductedByCashCoupons',
  'DeductedByPrepaidCard',
  'OutstandingAmount',
  'AdjustAmount',
] as const satisfies readonly (keyof Charges)[]

/** All amounts of a row: the charges, and what follows from them. */
export interface Amounts extends Charges {
  /** Gross less discount and coupons. */
  readonly PretaxAmount: string
  /** Pretax less cash coupons, prepaid cards and what is outstanding. */
  readonly PaymentAmount: string
  /** Payment less credit refunds. */
  readonly CashAmount: string
}

export function amountsOf(charges: Charges): Amounts {
  const less = (from: string, ...parts: string[]) => subtract(from, sum(parts))
  const PretaxAmount = less(charges.PretaxGrossAmount, charges.InvoiceDiscount, charges.DeductedByCoupons)
  const { DeductedByCashCoupons, DeductedByPrepaidCard, OutstandingAmount, AdjustAmount } = charges
  const PaymentAmount = less(PretaxAmount, DeductedByCashCoupons, DeductedByPrepaidCard, OutstandingAmount)
  return { ...charges, PretaxAmount, PaymentAmount, CashAmount: less(PaymentAmount, AdjustAmount) }
}

/** The exact sum of several rows' amounts. */
export function sumAmounts(all: readonly Charges[]): Amounts {
  return amountsOf(mapCharges(charge => sum(all.map(amounts => amounts[charge]))))
}

/** Amounts times a factor, rounded as the currency is. */
export function scaleAmounts(amounts: Charges, factor: string, owner: Owner): Amounts {
  return amountsOf(mapCharges(charge => multiply(amounts[charge], factor, owner.currency === 'JPY' ? 0 : 10)))
}

export function mapCharges(of: (charge: keyof Charges) => string): Charges {
  return Object.fromEntries(CHARGES.map(charge => [charge, of(charge)])) as unknown as Charges
}

type SubscriptionType = 'PayAsYouGo' | 'Subscription'

/** What a line of the bill is for. */
export type ItemKind = 'PayAsYouGoBill' | 'SubscriptionOrder' | 'Refund'

/** The finest row of an account bill: one product, owner and billing method on one day. */
export interface BillRow {
  readonly day: string
  readonly owner: Owner
  readonly productCode: string
  readonly subscriptionType: SubscriptionType
  readonly item: ItemKind
  readonly amounts: Amounts
}

/** The account or one of the members that it pays for. */
export interface Owner {
  readonly id: string
  readonly name: string
  readonly currency: 'CNY' | 'USD' | 'JPY'
  /** Thousandths of the catalogue's amounts, in its own currency. */
  readonly scale: number
  readonly costUnit: string
}

/** The account whose bill it is; its id is past what a double keeps. */
export const payer: Owner = {
  id: '1857000000000003489',
  name: 'billing@example.aliyunid.com',
  currency: 'CNY',
  scale: 1000,
  costUnit: 'Not allocated',
}

export const owners: readonly Owner[] = [
  payer,
  {
    id: '1922000000000007121',
    name: 'overseas@example.aliyunid.com',
    currency: 'USD',
    scale: 90,
    costUnit: 'overseas',
  },
  {
    id: '1940000000000005567',
    name: 'tokyo@example.aliyunid.com',
    currency: 'JPY',
    scale: 4100,
    costUnit: 'tokyo',
  },
]
