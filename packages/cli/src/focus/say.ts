import { addAmount, type Amounts, type BillDay, describeError, type Terminal } from '@billow/core'
import { formatAmounts, rangesOf } from '@billow/core/program'
import type { Bill } from './bills.ts'
import type { Failure, ReadBill } from './fetch.ts'
import type { Survey } from './survey.ts'
import type { Wanted } from './wanted.ts'

/** Which days come from where, and what that costs. */
export function sayPlan(bills: readonly Bill[], terminal: Terminal): void {
  for (const { name, days } of bills) {
    const { kept, missing } = days
    const parts: string[] = []
    if (kept.length > 0) parts.push(`${countOf(labels(kept))} from the ledger`)
    if (missing.length > 0) {
      const fetched = countOf(missing.flatMap(range => range.days))
      parts.push(`${fetched} from the provider, ${plural(missing.length, 'request')}`)
    }
    terminal.note(`${name}: ${parts.join('; ')}`)
  }
}

/** What the requests cost at the least, by currency: an answer with pages takes more. */
export function priceOf(bills: readonly Bill[]): Amounts {
  return bills
    .flatMap(({ days }) => days.missing.map(() => days.price))
    .reduce<Amounts>((sums, price) => (price ? addAmount(sums, price.currency, price.amount) : sums), {})
}

export const requestsOf = (bills: readonly Bill[]): number =>
  bills.reduce((sum, { days }) => sum + days.missing.length, 0)

/** What is not yet as it may be one day. */
export function sayOpen(bills: readonly ReadBill[], terminal: Terminal): void {
  for (const { name, all } of bills) {
    const [empty, provisional] = [emptyOf(all), provisionalOf(all)]
    if (empty.length > 0) terminal.note(`${name}: the bill had no rows of ${textOf(empty)}`)
    if (provisional.length > 0)
      terminal.note(`${name}: provisional, the provider may still change ${textOf(provisional)}`)
  }
}

export function sayFailure({ name, days, error }: Failure, terminal: Terminal): void {
  terminal.note(`${name}: ${textOf(days)} could not be read: ${describeError(error)}`)
  terminal.note('Nothing was written: an export lacks no day. Try again, or leave these days out.')
}

/** In a line, what was written. */
export function conclusion(
  bills: readonly ReadBill[],
  { charges, amounts }: Survey,
  { out }: Wanted,
): string {
  const days = new Set(bills.flatMap(({ all }) => labels(all))).size
  const sum = formatAmounts(amounts) || 'nothing billed'
  const to = out === undefined ? '' : ` to ${out}`
  return `${plural(charges, 'charge')} of ${plural(days, 'day')}${to}: ${sum}`
}

/** The same for a program. */
export function summary(bills: readonly (Bill & Partial<ReadBill>)[], { format, out }: Wanted): object {
  return {
    format,
    file: out,
    requests: requestsOf(bills),
    bills: bills.map(({ name, days, all = [] }) => ({
      name,
      account: days.account,
      zone: days.zone,
      ledger: labels(days.kept),
      provider: days.missing.flatMap(range => range.days),
      empty: emptyOf(all),
      provisional: provisionalOf(all),
    })),
  }
}

export const failed = ({ name, days, error }: Failure): object => ({
  name,
  days,
  reason: describeError(error),
})

const labels = (days: readonly BillDay[]): string[] => days.map(({ day }) => day)
const emptyOf = (days: readonly BillDay[]): string[] => labels(days.filter(({ rows }) => rows === 0))
const provisionalOf = (days: readonly BillDay[]): string[] =>
  labels(days.filter(({ rows, final }) => rows > 0 && !final))

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
const countOf = (days: readonly string[]): string => `${plural(days.length, 'day')} (${textOf(days)})`

/** Days as ranges without a gap. */
const textOf = (days: readonly string[]): string =>
  rangesOf(days, Number.POSITIVE_INFINITY)
    .map(({ from, to }) => (from === to ? from : `${from} to ${to}`))
    .join(', ')
