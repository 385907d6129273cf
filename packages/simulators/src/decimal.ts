import { Big } from 'big.js'

// Sums and products stay exact; what is divided says itself how it rounds.
const Exact = Big()
Exact.PE = 1e6
Exact.NE = -1e6

/** Amounts of the generated bills are whole numbers of 1E-10 of their currency. */
const DECIMALS = 10
const UNIT = 10n ** BigInt(DECIMALS)

/** `"12.5"` as a number of units. Digits past the tenth are an error of the caller. */
export function toUnits(text: string): bigint {
  return BigInt(new Exact(text).times(UNIT.toString()).toFixed())
}

/** Units as a plain decimal without trailing zeros. */
export function fromUnits(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}${fraction && `.${fraction}`}`
}

/** The exact sum of decimal texts, plain. */
export function sum(amounts: Iterable<string>): string {
  let total = new Exact(0)
  for (const amount of amounts) total = total.plus(amount)
  return plain(total)
}

/** The exact product, rounded half up to `decimals` where it has more. */
export function multiply(amount: string, factor: string, decimals = DECIMALS): string {
  return plain(new Exact(amount).times(factor).round(decimals, Big.roundHalfUp))
}

/** The part `numerator`/`denominator` of an amount, rounded toward zero to `decimals`. */
export function part(amount: string, numerator: number, denominator: number, decimals = DECIMALS): string {
  const divide = Big()
  divide.DP = decimals
  divide.RM = Big.roundDown
  return plain(new Exact(new divide(amount).times(numerator).div(denominator).toFixed()))
}

export function subtract(a: string, b: string): string {
  return plain(new Exact(a).minus(b))
}

/** An amount as Cost Explorer writes it: plain, but with an exponent below 0.000001, such as `5.2E-9`. */
export function awsAmount(amount: string): string {
  const value = new Exact(amount)
  if (value.eq(0)) return '0'
  return value.abs().lt('0.000001') ? value.toExponential().replace('e', 'E') : value.toFixed()
}

// Plain decimal text without an exponent, and no negative zero.
function plain(value: Big | string): string {
  const text = new Exact(value).toFixed()
  return text === '-0' ? '0' : text
}

/** The amount without the digits past `decimals`. */
export function truncate(amount: string, decimals: number): string {
  return plain(new Exact(amount).round(decimals, Big.roundDown))
}
