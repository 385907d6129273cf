import type { Amounts, Owner } from './bill-row.ts'

/** Products whose amounts are written with all ten decimals, zeros included. */
const FULL_SCALE = new Set(['oss', 'cdn', 'fc'])

// TypeScript's library does not know it yet.
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }

/** An amount as a JSON number with exactly these digits. */
export const rawAmount = (amount: string): unknown => rawJSON(amount)

/** Amounts as JSON numbers with exactly these digits. */
export function rawAmounts(amounts: Amounts, productCode: string): Record<string, unknown> {
  const digits = (amount: string) => (FULL_SCALE.has(productCode) ? padded(amount) : amount)
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, rawAmount(digits(amount))]),
  )
}

function padded(amount: string): string {
  const [whole, fraction = ''] = amount.split('.')
  return `${whole}.${fraction.padEnd(10, '0')}`
}

/** Whose money it is: the account that pays, and the owner of what was used. */
export function ownership(owner: Owner, payer: Owner): Record<string, unknown> {
  return {
    BillAccountID: payer.id,
    BillAccountName: payer.name,
    BizType: owner === payer ? '' : 'trusteeship',
    OwnerID: owner.id,
    Currency: owner.currency,
  }
}
