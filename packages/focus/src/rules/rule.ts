import type { Parents } from './applies.ts'
import type { Check, Row } from './checks.ts'
import { compileCondition, compileRequirement } from './compile.ts'
import type { ModelRule, RuleModel } from './model.ts'

/** A rule that is ready to look at rows. */
export interface CompiledRule {
  /** Whether it is about a row: its own condition, and those of the composites around it. */
  readonly condition: (row: Row) => boolean
  readonly requirement: Check
}

const HOLDS: Check = { columns: [], holds: () => true }

/** Makes the rules of a model ready. Throws TypeError for a check function that is not known. */
export function createCompiler(
  model: RuleModel,
  parents: Parents,
  exempt: (id: string) => boolean,
): (id: string) => CompiledRule {
  const rule = (id: string): ModelRule => {
    const found = model.ModelRules[id]
    if (!found) throw new TypeError(`the rule model asks for the rule ${id}, which it does not have`)
    return found
  }

  /** Another rule as part of an expression; one that does not apply, or cannot be checked, holds. */
  function checkRule(id: string): Check {
    const { Type, ValidationCriteria } = rule(id)
    if (Type !== 'Static' || exempt(id) || !ValidationCriteria.Requirement) return HOLDS
    const condition = own(id)
    const requirement = compileRequirement(ValidationCriteria.Requirement, checkRule)
    return { ...requirement, holds: row => !condition(row) || requirement.holds(row) }
  }

  function own(id: string): (row: Row) => boolean {
    const { Condition } = rule(id).ValidationCriteria
    return Condition ? compileCondition(Condition, checkRule).holds : () => true
  }

  function within(id: string): (row: Row) => boolean {
    const condition = own(id)
    const around = (parents.get(id) ?? []).filter(parent => !exempt(parent)).map(within)
    return around.length === 0 ? condition : row => condition(row) && around.some(holds => holds(row))
  }

  /** Of what an OR asks for, one is enough: a part of it is broken where all of it is. */
  function alternatives(id: string): string | undefined {
    return parents
      .get(id)
      ?.find(parent => rule(parent).ValidationCriteria.Requirement?.CheckFunction === 'OR')
  }

  return id => ({ condition: within(id), requirement: checkRule(alternatives(id) ?? id) })
}
