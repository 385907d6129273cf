import type { Static, TSchema } from 'typebox'
import type { CommandCall } from '../command.ts'
import { formatTable } from '../commands/table.ts'
import { UsageError } from '../errors.ts'
import type { DailyBill } from './daily.ts'
import { addDays, dayAt, daysBetween, monthRange } from './day.ts'
import { type Amounts, addAmount, addDecimals, multiply } from './decimal.ts'
import { openBill } from './open-bill.ts'
import { rangesOf } from './ranges.ts'

/** One currency of a month: the sum of its days beside the provider's own total. */
interface Line {
  readonly currency: string
  readonly days: string
  readonly month: string
  /** What the provider let off in rounding the month. */
  readonly roundDown: string
  /** What is left unexplained: days, less the round-down, less the month. */
  readonly difference: string
}

/** `days --month`: whether the ledger's days add up to what the provider says of the month. */
export async function reconcile<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  month: string,
  { context, options, terminal }: CommandCall<Static<S>>,
): Promise<number> {
  const { from, to } = monthRange(month)
  const newest = addDays(dayAt(context.clock.now(), bill.zone), -1)
  if (from > newest) throw new UsageError(`days: of ${month} no day is over in ${bill.zone}`)
  const price = bill.requests?.price
  if (price && !options['yes']) {
    const question = `The provider's total takes 1 request, ${price.amount} ${price.currency}. Go on?`
    if (!(await terminal.confirm(question, { flag: '--yes', signal: context.signal }))) return 1
  }
  const { account, ledger } = await openBill(bill, context)
  const { amounts = {}, roundDown = {} } = (await bill.monthTotals?.(month, context)) ?? {}

  const missing = new Set(daysBetween(from, to < newest ? to : newest))
  let days: Amounts = {}
  for await (const record of ledger.list(from)) {
    if (record.day > to) break
    if (record.state !== 'failed') missing.delete(record.day)
    for (const [currency, amount] of Object.entries(record.amounts)) {
      days = addAmount(days, currency, amount)
    }
  }
  const currencies = [...new Set([...Object.keys(days), ...Object.keys(amounts)])].toSorted()
  const lines = currencies.map(currency => lineOf(currency, days, amounts, roundDown))
  if (options['json']) {
    terminal.print(JSON.stringify({ account, month, zone: bill.zone, missing: [...missing], totals: lines }))
    return 0
  }
  terminal.print(`account ${account}, ${month}, days in ${bill.zone}`)
  const heads = ['currency', 'sum of days', "provider's month", 'round-down', 'difference']
  const cells = lines.map(line => [line.currency, line.days, line.month, line.roundDown, line.difference])
  terminal.print(lines.length > 0 ? formatTable(heads, cells) : 'Neither has any amount.')
  for (const gap of rangesOf([...missing], Number.POSITIVE_INFINITY)) {
    terminal.print(`The ledger lacks ${gap.from} to ${gap.to}: pull --from ${gap.from} --to ${gap.to}`)
  }
  if (to > newest) terminal.print('The month is not over: both change with every day.')
  return 0
}

function lineOf(currency: string, days: Amounts, amounts: Amounts, roundDown: Amounts): Line {
  const line = {
    days: days[currency] ?? '0',
    month: amounts[currency] ?? '0',
    roundDown: roundDown[currency] ?? '0',
  }
  const explained = addDecimals(line.month, line.roundDown)
  return { currency, ...line, difference: addDecimals(line.days, multiply(explained, -1)) }
}
