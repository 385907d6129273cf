import { daysBetween, firstDay, lastDay } from '../days.ts'
import { subtract, truncate } from '../decimal.ts'
import type { BssRules } from './account-bill.ts'
import { ownership, rawAmount, rawAmounts } from './amounts.ts'
import { type Amounts, type BillRow, payer, sumAmounts } from './bill-row.ts'
import { productName } from './catalogue.ts'
import type { Ledger } from './ledger.ts'
import { matches, type Parameters, readCycle, readOwner } from './parameters.ts'

/** QueryBillOverview: the month's totals by product, with the monthly round-down. Throws `Refusal`. */
export function queryBillOverview(parameters: Parameters, ledger: Ledger, { now }: BssRules): object {
  const cycle = readCycle(parameters, now)
  const owner = readOwner(parameters)
  const rows = daysBetween(firstDay(cycle), lastDay(cycle))
    .flatMap(day => [...ledger.rows(day, now)])
    .filter(
      row =>
        (!owner || row.owner === owner) &&
        matches(parameters, {
          ProductCode: row.productCode,
          ProductType: row.productCode,
          SubscriptionType: row.subscriptionType,
        }),
    )
  const groups = Map.groupBy(rows, row => [row.owner.id, row.productCode, row.item].join(' '))
  const Item = [...groups.values()].map(group => {
    const [first] = group as [BillRow]
    return item(first, sumAmounts(group.map(row => row.amounts)))
  })
  return { AccountID: payer.id, AccountName: payer.name, BillingCycle: cycle, Items: { Item } }
}

function item(row: BillRow, exact: Amounts): object {
  const { owner, productCode, subscriptionType, item } = row
  // Pay-as-you-go is settled by the month, and what is less than a cent is let off.
  const roundDown =
    item === 'PayAsYouGoBill' ? subtract(exact.PretaxAmount, truncate(exact.PretaxAmount, 2)) : '0'
  const less = (amount: string) => subtract(amount, roundDown)
  const amounts = {
    ...exact,
    PretaxAmount: less(exact.PretaxAmount),
    PaymentAmount: less(exact.PaymentAmount),
    CashAmount: less(exact.CashAmount),
  }
  return {
    ...ownership(owner, payer),
    Item: item,
    ProductCode: productCode,
    ProductType: productCode,
    PipCode: productCode,
    CommodityCode: productCode,
    ProductName: productName(productCode),
    ProductDetail: productName(productCode),
    SubscriptionType: subscriptionType,
    ...rawAmounts(amounts, productCode),
    RoundDownDiscount: roundDown,
    Tax: 0,
    AfterTaxAmount: rawAmount(amounts.PretaxAmount),
    PretaxAmountLocal: rawAmount(amounts.PretaxAmount),
    PaymentCurrency: owner.currency,
  }
}
