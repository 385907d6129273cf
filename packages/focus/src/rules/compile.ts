import { type Check, type Checks, CONDITION_CHECKS, REQUIREMENT_CHECKS } from './checks.ts'
import type { Expression } from './model.ts'

/** A check of another rule within one: how it went is looked up by the rule's id. */
type CheckRule = (id: string) => Check

/**
 * What a rule requires of a row. A value is only compared where there is one.
 * @throws TypeError for a check function that is not known: it must never count as passed.
 */
export const compileRequirement = (expression: Expression, checkRule: CheckRule): Check =>
  compile(expression, REQUIREMENT_CHECKS, checkRule)

/** The rows that a rule is about: where there is no value, it equals none. Throws as `compileRequirement` does. */
export const compileCondition = (expression: Expression, checkRule: CheckRule): Check =>
  compile(expression, CONDITION_CHECKS, checkRule)

function compile(expression: Expression, known: Checks, checkRule: CheckRule): Check {
  const { CheckFunction = 'AND', Items = [], ModelRuleId } = expression
  if (CheckFunction === 'AND' || CheckFunction === 'OR') {
    const checks = [Items].flat().map(item => compile(item, known, checkRule))
    return CheckFunction === 'AND' ? all(checks) : any(checks)
  }
  if (CheckFunction === 'CheckModelRule' && ModelRuleId !== undefined) return checkRule(ModelRuleId)
  const make = Object.hasOwn(known, CheckFunction) ? known[CheckFunction] : undefined
  if (!make) throw new TypeError(`the rule model asks for ${CheckFunction}, which is not known here`)
  return make(expression)
}

const all = (checks: readonly Check[]): Check =>
  together(
    checks,
    row => checks.every(check => check.holds(row)),
    verdicts => verdicts.every(Boolean),
  )

const any = (checks: readonly Check[]): Check =>
  together(
    checks,
    row => checks.some(check => check.holds(row)),
    verdicts => verdicts.some(Boolean),
  )

/** Where a part remembers what it saw, every part sees every row, and has its say at the end. */
function together(
  checks: readonly Check[],
  holds: Check['holds'],
  join: (verdicts: readonly boolean[]) => boolean,
): Check {
  const columns = [...new Set(checks.flatMap(check => check.columns))]
  if (checks.every(({ atEnd }) => !atEnd)) return { columns, holds }
  return {
    columns,
    holds: row => join(checks.map(check => check.holds(row))),
    atEnd: () => checks.flatMap(check => check.atEnd?.() ?? []),
  }
}
