import type { Static, TSchema } from 'typebox'
import type { CommandCall } from '../command.ts'
import { formatTable } from '../commands/table.ts'
import { UsageError } from '../errors.ts'
import type { DailyBill } from './daily.ts'
import { addDays, dayAt, monthRange } from './day.ts'
import { compareMonth, sumMonth } from './month.ts'
import { openBill } from './open-bill.ts'
import { rangesOf } from './ranges.ts'

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
  const open = await openBill(bill, context)
  const { account } = open
  const sum = await sumMonth(open, month)
  const { missing } = sum
  const lines = await compareMonth(bill, sum, context)
  if (options['json']) {
    terminal.print(JSON.stringify({ account, month, zone: bill.zone, missing, totals: lines }))
    return 0
  }
  terminal.print(`account ${account}, ${month}, days in ${bill.zone}`)
  const heads = ['currency', 'sum of days', "provider's month", 'round-down', 'difference']
  const cells = lines.map(line => [line.currency, line.days, line.month, line.roundDown, line.difference])
  terminal.print(lines.length > 0 ? formatTable(heads, cells) : 'Neither has any amount.')
  for (const gap of rangesOf(missing, Number.POSITIVE_INFINITY)) {
    terminal.print(`The ledger lacks ${gap.from} to ${gap.to}: pull --from ${gap.from} --to ${gap.to}`)
  }
  if (to > newest) terminal.print('The month is not over: both change with every day.')
  return 0
}
