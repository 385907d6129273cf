import { isUnit } from './units.ts'

// Which texts are well-formed. Null is not asked here: whether it is allowed is another rule.

const DECIMAL = /^-?\d+(\.\d+)?(E-?\d+)?$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/
const CURRENCY_CODE = /^[A-Z]{3}$/

type Format = (value: unknown) => boolean

const text =
  (fits: (text: string) => boolean): Format =>
  value =>
    typeof value === 'string' && fits(value)

/** A number without sign for plus, separators or currency; an exponent is `E` with a sign only for minus. */
export const isNumeric = text(value => DECIMAL.test(value))

/** ISO 8601 in UTC with `T` and `Z`, and a day that the calendar has. */
export const isDateTime = text(value => {
  if (!DATE_TIME.test(value)) return false
  const date = new Date(value)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === value.slice(0, 19)
})

/** Valid Unicode that says something: where there is nothing to say, FOCUS wants null. */
export const isText = text(value => value.isWellFormed() && value.trim() !== '')

export const isCurrencyCode = text(value => CURRENCY_CODE.test(value))

const national = new Set(Intl.supportedValuesOf('currency'))

export const isNationalCurrency = text(value => national.has(value))

export const isUnitFormat = text(isUnit)

/** The JSON text of an object whose keys are unique and whose values are text, numbers, true, false or null. */
export const isKeyValue = text(value => {
  try {
    const parsed: unknown = JSON.parse(value)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return false
    const plain = Object.values(parsed).every(member => typeof member !== 'object' || member === null)
    // Of two equal keys the parser keeps one: what is written back is shorter then.
    return plain && countKeys(value) === Object.keys(parsed).length
  } catch {
    return false
  }
})

/** How many keys the text of a flat JSON object has: each is a string before a colon. */
const countKeys = (json: string): number => json.match(/"(?:[^"\\]|\\.)*"\s*:/g)?.length ?? 0
