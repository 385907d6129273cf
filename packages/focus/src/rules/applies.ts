import type { Expression, RuleModel } from './model.ts'

/** The composite rules that ask for a rule, by the rule's id. */
export type Parents = ReadonlyMap<string, readonly string[]>

export function parentsOf(model: RuleModel): Parents {
  const pairs = Object.entries(model.ModelRules).flatMap(([parent, { ValidationCriteria }]) =>
    rulesIn(ValidationCriteria.Requirement).map(child => ({ child, parent })),
  )
  const grouped = Map.groupBy(pairs, ({ child }) => child)
  return new Map(
    [...grouped].map(([child, found]) => [child, [...new Set(found.map(({ parent }) => parent))]]),
  )
}

/** The rules that an expression asks for, in order. */
export function rulesIn(expression: Expression | undefined): string[] {
  if (!expression) return []
  const own = expression.ModelRuleId === undefined ? [] : [expression.ModelRuleId]
  return [...own, ...[expression.Items ?? []].flat().flatMap(rulesIn)]
}

/** Why a rule does not apply: the criteria that the dataset does not meet, and the rule that names them. */
export interface Exemption {
  readonly criteria: readonly string[]
  readonly by: string
}

/**
 * Whether a rule applies is for the model's criteria alone: its own, those of the composites that ask for it, and
 * those of the rule that says whether its column must be present. Nothing where it applies.
 */
export function exemptions(
  model: RuleModel,
  supports: ReadonlySet<string>,
  parents: Parents,
): (id: string) => Exemption | undefined {
  const known = new Map<string, Exemption | undefined>()

  function exemption(id: string): Exemption | undefined {
    if (!known.has(id)) known.set(id, own(id) ?? presence(id) ?? inherited(id))
    return known.get(id)
  }

  function own(id: string): Exemption | undefined {
    const criteria = (model.ModelRules[id]?.ApplicabilityCriteria ?? []).filter(name => !supports.has(name))
    return criteria.length > 0 ? { criteria, by: id } : undefined
  }

  function presence(id: string): Exemption | undefined {
    const { Reference, ValidationCriteria } = model.ModelRules[id] ?? {}
    const rule = ValidationCriteria?.Dependencies?.find(dependency => {
      const { Function, Reference: column } = model.ModelRules[dependency] ?? {}
      return Function === 'Presence' && column === Reference
    })
    return rule === undefined ? undefined : own(rule)
  }

  function inherited(id: string): Exemption | undefined {
    const exempt = (parents.get(id) ?? []).map(exemption)
    return exempt.length > 0 && exempt.every(Boolean) ? exempt[0] : undefined
  }

  return exemption
}
