import { addDecimals, decimalOf } from '@billow/core'
import type { CbfRow } from './row.ts'
import { CBF_COLUMNS, type CbfColumn } from './columns.ts'

/** The columns that hold numbers. */
const NUMBERS = Object.entries<CbfColumn>(CBF_COLUMNS).flatMap(([name, { kind }]) =>
  kind === 'text' ? [] : [name],
)

/** Rows of one id as one: the texts of the last, the sums of their numbers. */
export const together = (a: CbfRow | undefined, b: CbfRow): CbfRow =>
  a ? combine(b, name => addDecimals(decimal(a[name]), decimal(b[name]))) : b

/** What must be added so that `before` becomes `now`; nothing where they come to the same. */
export function difference(before: CbfRow | undefined, now: CbfRow | undefined): CbfRow | undefined {
  const texts = now ?? before
  if (!texts) return undefined
  if (!before) return now
  const all = combine(texts, name => addDecimals(decimal(now?.[name]), negative(decimal(before[name]))))
  // CloudZero takes costs below zero, but no quantities: one that was too large stays.
  const row = all['usage/amount']?.startsWith('-') ? without(all, 'usage/amount', 'usage/units') : all
  return isNothing(row) ? undefined : row
}

export const isNothing = (row: CbfRow): boolean => NUMBERS.every(name => decimal(row[name]) === '0')

function combine(texts: CbfRow, numberOf: (name: string) => string): CbfRow {
  const row: Record<string, string> = { ...texts }
  for (const name of NUMBERS) {
    const number = numberOf(name)
    if (texts[name] !== undefined || number !== '0') row[name] = number
  }
  return row
}

const decimal = (text: string | undefined): string => decimalOf(text) ?? '0'
/** The decimal below zero, or above it where it is below. */
export const negative = (text: string): string =>
  text === '0' ? text : text.startsWith('-') ? text.slice(1) : `-${text}`

const without = (row: CbfRow, ...names: readonly string[]): CbfRow =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
