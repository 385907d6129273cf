import { Big } from 'big.js'
import { digits } from '../json.ts'

// Exact: no digit is rounded away, and no exponent is written.
const exact = Big()
exact.PE = 1e6
exact.NE = -1e6
exact.strict = true

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,4})?$/

/** What nearly all amounts are already. `-0` is not among it. */
const PLAIN = /^(0|-?(0(?=\.)|[1-9]\d*)(\.\d*[1-9])?)$/

/** The plain decimal of a number's text: no exponent, no trailing zero, no negative zero. `5.2E-9` is `0.0000000052`. */
export function plainDecimal(text: string): string {
  if (PLAIN.test(text)) return text
  const plain = exact(text).toFixed()
  return plain === '-0' ? '0' : plain
}

/** The exact sum of two decimal texts, plain. */
export function addDecimals(a: string, b: string): string {
  return plainDecimal(exact(a).plus(exact(b)).toFixed())
}

/** Amounts by currency. Two currencies are never added. */
export type Amounts = Readonly<Record<string, string>>

export function addAmount(sums: Amounts, currency: string, amount: string): Amounts {
  return { ...sums, [currency]: addDecimals(sums[currency] ?? '0', amount) }
}

/** The plain decimal of a JSON value that is a number, or text that reads as one; else nothing. */
export function decimalOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : digits(value)
  return text !== undefined && NUMBER.test(text) ? plainDecimal(text) : undefined
}

/** The exact product of a decimal text and a whole number, plain. */
export function multiply(amount: string, times: number): string {
  return plainDecimal(
    exact(amount)
      .times(exact(String(times)))
      .toFixed(),
  )
}
