import { atLeast, sameDecimal, times } from '../decimal.ts'
import {
  isCurrencyCode,
  isDateTime,
  isKeyValue,
  isNationalCurrency,
  isNumeric,
  isText,
  isUnitFormat,
} from './formats.ts'
import type { Expression } from './model.ts'

/** A row of a dataset; a column that it lacks counts as null. */
export type Row = Readonly<Record<string, unknown>>

/** What a check function looks at, and what it says of one row after the other. */
export interface Check {
  /** The first of them is blamed. */
  readonly columns: readonly string[]
  readonly holds: (row: Row) => boolean
  /** What only shows when all rows were seen. */
  readonly atEnd?: () => readonly unknown[]
}

type Make = (expression: Expression) => Check

export type Checks = Readonly<Record<string, Make>>

/** The check functions of the rule model that look at columns; what combines them is in `compile.ts`. */
export const CONDITION_CHECKS: Checks = {
  ColumnPresent: on((column, row) => Object.hasOwn(row, column)),
  // Text is what every column of a charge holds, so a type is right where the text reads as one.
  TypeString: value(given => typeof given === 'string'),
  TypeDecimal: value(isNumeric),
  TypeDateTime: value(isDateTime),
  FormatString: value(isText),
  FormatNumeric: value(isNumeric),
  FormatDateTime: value(isDateTime),
  FormatUnit: value(isUnitFormat),
  FormatCurrency: value(isCurrencyCode),
  FormatKeyValue: value(isKeyValue),
  CheckNationalCurrency: value(isNationalCurrency),
  CheckDecimalValue: value(isNumeric),
  CheckGreaterOrEqualThanValue: value(
    (given, { Value }) => isNumeric(given) && atLeast(String(given), String(Value)),
  ),
  CheckValue: on((column, row, { Value }) => same(row[column], Value)),
  CheckNotValue: on((column, row, { Value }) => !same(row[column], Value)),
  CheckSameValue: two((a, b) => same(a, b)),
  CheckNotSameValue: two((a, b) => !same(a, b)),
  ColumnByColumnEqualsColumnValue: product,
  CheckDistinctCount: distinct,
}

export const REQUIREMENT_CHECKS: Checks = {
  ...CONDITION_CHECKS,
  CheckValue: on(
    (column, row, { Value }) => (isNull(row[column]) && !isNull(Value)) || same(row[column], Value),
  ),
}

const isNull = (given: unknown): boolean => given === null || given === undefined

/** Numbers are the same whatever their digits: `0` is `0.00`. */
function same(given: unknown, wanted: unknown): boolean {
  if (isNull(wanted)) return isNull(given)
  if (typeof wanted === 'number') return isNumeric(given) && sameDecimal(String(given), String(wanted))
  return given === wanted
}

function on(holds: (column: string, row: Row, expression: Expression) => boolean): Make {
  return expression => {
    const column = need(expression, expression.ColumnName ?? expression.CheckCondition)
    return { columns: [column], holds: row => holds(column, row, expression) }
  }
}

/** A check of a value that is there; null passes, since whether it may be null is said by rules of their own. */
function value(fits: (given: unknown, expression: Expression) => boolean): Make {
  return on((column, row, expression) => isNull(row[column]) || fits(row[column], expression))
}

function two(holds: (a: unknown, b: unknown) => boolean): Make {
  return expression => {
    const a = need(expression, expression.ColumnAName)
    const b = need(expression, expression.ColumnBName)
    return { columns: [a, b], holds: row => holds(row[a], row[b]) }
  }
}

function product(expression: Expression): Check {
  const a = need(expression, expression.ColumnAName)
  const b = need(expression, expression.ColumnBName)
  const result = need(expression, expression.ResultColumnName)
  return {
    columns: [result, a, b],
    holds: row => {
      const given = [a, b, result].map(column => row[column])
      if (given.some(isNull)) return true
      if (!given.every(isNumeric)) return false
      const [x, y, z] = given.map(String) as [string, string, string]
      return sameDecimal(times(x, y), z)
    },
  }
}

/** For each value of A so many values of B. A row with one too many is at fault; too few show only at the end. */
function distinct(expression: Expression): Check {
  const a = need(expression, expression.ColumnAName)
  const b = need(expression, expression.ColumnBName)
  const { ExpectedCount: expected = 1 } = expression
  const allowed = new Map<unknown, unknown[]>()
  return {
    columns: [b, a],
    holds: row => {
      const value = row[b]
      if (isNull(row[a]) || isNull(value)) return true
      const values = allowed.get(row[a]) ?? []
      if (values.includes(value)) return true
      if (values.length >= expected) return false
      allowed.set(row[a], [...values, value])
      return true
    },
    atEnd: () => [...allowed].filter(([, values]) => values.length < expected).map(([of]) => of),
  }
}

function need({ CheckFunction }: Expression, column: string | undefined): string {
  if (column !== undefined) return column
  throw new TypeError(`the rule model has a ${CheckFunction} that names no column`)
}
