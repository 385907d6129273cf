import type { Static, TSchema } from 'typebox'
import type { Context } from '../connector.ts'
import type { DailyBill } from './daily.ts'
import { addDays, dayAt, daysBetween, monthRange } from './day.ts'
import { type Amounts, addAmount, addDecimals, multiply } from './decimal.ts'
import type { OpenBill } from './open-bill.ts'

/** One currency of a month: the sum of its days beside the provider's own total. */
export interface MonthLine {
  readonly currency: string
  readonly days: string
  readonly month: string
  /** What the provider let off in rounding the month. */
  readonly roundDown: string
  /** What is left unexplained: days, less the round-down, less the month. */
  readonly difference: string
}

/** What the ledger knows of a month. */
export interface MonthSum {
  readonly month: string
  readonly amounts: Amounts
  /** Days that are over and that the ledger lacks. */
  readonly missing: readonly string[]
  /** When the newest reading of one of its days began. */
  readonly readAt: string
}

/** Adds up the month's days. */
export async function sumMonth({ ledger, zone, clock }: OpenBill, month: string): Promise<MonthSum> {
  const { from, to } = monthRange(month)
  const newest = addDays(dayAt(clock.now(), zone), -1)
  const missing = new Set(daysBetween(from, to < newest ? to : newest))
  let amounts: Amounts = {}
  let readAt = ''
  for await (const record of ledger.list(from)) {
    if (record.day > to) break
    if (record.state !== 'failed') missing.delete(record.day)
    for (const [currency, amount] of Object.entries(record.amounts)) {
      amounts = addAmount(amounts, currency, amount)
    }
    const { readAt: last = record.pulledAt } = record
    if (last > readAt) readAt = last
  }
  return { month, amounts, missing: [...missing], readAt }
}

/** Asks the provider for its total of a month, and sets the ledger's sum beside it. */
export async function compareMonth<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  { month, amounts: days }: MonthSum,
  context: Context<Static<S>>,
): Promise<readonly MonthLine[]> {
  const { amounts = {}, roundDown = {} } = (await bill.monthTotals?.(month, context)) ?? {}
  const currencies = [...new Set([...Object.keys(days), ...Object.keys(amounts)])].toSorted()
  return currencies.map(currency => lineOf(currency, days, amounts, roundDown))
}

function lineOf(currency: string, days: Amounts, amounts: Amounts, roundDown: Amounts): MonthLine {
  const line = {
    days: days[currency] ?? '0',
    month: amounts[currency] ?? '0',
    roundDown: roundDown[currency] ?? '0',
  }
  const explained = addDecimals(line.month, line.roundDown)
  return { currency, ...line, difference: addDecimals(line.days, multiply(explained, -1)) }
}
