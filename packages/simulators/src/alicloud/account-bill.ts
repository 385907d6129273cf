import { ownership, rawAmounts } from './amounts.ts'
import { type BillRow, payer, sumAmounts } from './bill-row.ts'
import { productName } from './catalogue.ts'
import type { Ledger } from './ledger.ts'
import { matches, type Parameters, readCount, readFlag, readOwner, readPeriod } from './parameters.ts'

export interface BssRules {
  /** The simulated time. */
  readonly now: Date
  readonly anyCase: boolean
  /** Whether a late row comes in before this answer; called for pages after the first. */
  shifts(): boolean
}

/** QueryAccountBill: the `Data` of its answer. Throws `Refusal`. */
export function queryAccountBill(parameters: Parameters, ledger: Ledger, rules: BssRules): object {
  const { cycle, date, days } = readPeriod(parameters, rules.now, rules.anyCase)
  const PageNum = readCount(parameters, 'PageNum', 1, Number.MAX_SAFE_INTEGER)
  const PageSize = readCount(parameters, 'PageSize', 20, 300)
  const grouped = readFlag(parameters, 'IsGroupByProduct')
  const owner = readOwner(parameters)
  if (PageNum > 1 && rules.shifts()) ledger.late(days.at(-1) ?? '')

  const rows = days
    .flatMap(day => [...ledger.rows(day, rules.now)])
    .filter(row => (!owner || row.owner === owner) && matches(parameters, { ProductCode: row.productCode }))
  const items = summed(rows, grouped, date !== undefined).map(row => item(row, grouped, date))
  return {
    AccountID: payer.id,
    AccountName: payer.name,
    BillingCycle: cycle,
    PageNum,
    PageSize,
    TotalCount: items.length,
    Items: { Item: items.slice((PageNum - 1) * PageSize, PageNum * PageSize) },
  }
}

/** A day by product is the bill's own rows; a month or an account is their sum. */
function summed(rows: readonly BillRow[], grouped: boolean, daily: boolean): readonly BillRow[] {
  if (grouped && daily) return rows
  const key = (row: BillRow) =>
    grouped ? [row.owner.id, row.productCode, row.subscriptionType, row.item].join(' ') : row.owner.id
  return [...Map.groupBy(rows, key).values()].map(group => {
    const [first] = group as [BillRow]
    return { ...first, amounts: sumAmounts(group.map(row => row.amounts)) }
  })
}

function item(row: BillRow, grouped: boolean, date: string | undefined): object {
  const { owner, productCode, subscriptionType, amounts } = row
  return {
    ...ownership(owner, payer),
    OwnerName: owner.name,
    CostUnit: owner.costUnit,
    ...(date && { BillingDate: date }),
    ...(grouped && {
      PipCode: productCode,
      ProductCode: productCode,
      ProductName: productName(productCode),
      SubscriptionType: subscriptionType,
    }),
    ...rawAmounts(amounts, grouped ? productCode : ''),
  }
}
