import model from './model.json' with { type: 'json' }

/** What a rule asks of a row, as the rule model writes it. */
export interface Expression {
  readonly CheckFunction?: string
  readonly Items?: Expression | readonly Expression[]
  readonly ModelRuleId?: string
  readonly ColumnName?: string
  /** Two rules of FOCUS 1.2 name their column so. */
  readonly CheckCondition?: string
  readonly ColumnAName?: string
  readonly ColumnBName?: string
  readonly ResultColumnName?: string
  readonly Value?: string | number | null
  readonly ExpectedCount?: number
}

export interface ModelRule {
  readonly Function: string
  readonly Reference: string
  readonly ApplicabilityCriteria?: readonly string[]
  readonly Type: string
  readonly ValidationCriteria: {
    /** The rule in words. */
    readonly MustSatisfy: string
    readonly Keyword: string
    readonly Requirement?: Expression
    readonly Condition?: Expression
    readonly Dependencies?: readonly string[]
  }
}

/** A FOCUS rule model in the form that the FinOps Foundation publishes it in. */
export interface RuleModel {
  readonly Details: { readonly ModelVersion: string; readonly FOCUSVersion: string }
  readonly ApplicabilityCriteria: Readonly<Record<string, { readonly Description: string }>>
  readonly CheckFunctions: Readonly<Record<string, { readonly Description: string }>>
  readonly ModelRules: Readonly<Record<string, ModelRule>>
}

/** The rules of FOCUS 1.2. Where they come from, and their licence: `model.licence.txt`. */
export const FOCUS_1_2 = model as unknown as RuleModel
