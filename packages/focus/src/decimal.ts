import { decimalOf, digits } from '@billow/core'
import { Big } from 'big.js'

const exact = Big()
exact.PE = 1e6
exact.NE = -1e6

const PLAIN = /^-?\d+(\.\d+)?$/

/** The decimal text of a number in an event, with its own digits but no exponent. Nothing for what is no number. */
export function amountText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : digits(value)
  return text !== undefined && PLAIN.test(text) ? text : decimalOf(value)
}

export const isNegative = (decimal: string): boolean => exact(decimal).lt(0)

export const sameDecimal = (a: string, b: string): boolean => exact(a).eq(b)

export const atLeast = (a: string, b: string): boolean => exact(a).gte(b)

/** The exact product, plain. */
export const times = (a: string, b: string): string => plain(exact(a).times(b))

/** The exact difference, plain. */
export const minus = (a: string, b: string): string => plain(exact(a).minus(b))

function plain(value: Big): string {
  const text = value.toFixed()
  return text === '-0' ? '0' : text
}
