import { type Amounts, addAmount } from '@billow/core'
import { type Charge, type CustomColumn, EVENT_COLUMNS } from '@billow/focus'
import type { ReadBill } from './fetch.ts'

/** What is to be known before the first charge is written. */
export interface Survey {
  readonly charges: number
  /** `BilledCost` by currency. */
  readonly amounts: Amounts
  /** The columns of our own that there are. */
  readonly custom: readonly CustomColumn[]
}

/** The charges of all days, bill by bill. */
export async function* chargesOf(bills: readonly ReadBill[], signal: AbortSignal): AsyncGenerator<Charge> {
  for (const { all, toCharge } of bills) {
    for (const day of all) {
      for await (const event of day.events()) {
        signal.throwIfAborted()
        yield toCharge(event)
      }
    }
  }
}

/** Goes through all charges once, so that nothing is written of days of which an event cannot be understood. */
export async function surveyOf(charges: AsyncIterable<Charge>): Promise<Survey> {
  const custom = new Set<CustomColumn>(EVENT_COLUMNS)
  let amounts: Amounts = {}
  let count = 0
  for await (const charge of charges) {
    count += 1
    amounts = addAmount(amounts, charge.BillingCurrency, charge.BilledCost)
    for (const name in charge) if (name.startsWith('x_')) custom.add(name as CustomColumn)
  }
  const others = [...custom].slice(EVENT_COLUMNS.length).toSorted()
  return { charges: count, amounts, custom: [...EVENT_COLUMNS, ...others] }
}
