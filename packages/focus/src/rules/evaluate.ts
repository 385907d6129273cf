import { type Exemption, exemptions, parentsOf, rulesIn } from './applies.ts'
import type { Check, Row } from './checks.ts'
import { FOCUS_1_2, type ModelRule, type RuleModel } from './model.ts'
import { createCompiler } from './rule.ts'

/** A value that breaks a rule. */
export interface Fault {
  /** Counts from 1; 0 where no single row is at fault. */
  readonly row: number
  readonly column: string
  readonly value: unknown
}

interface Common {
  readonly id: string
  /** MUST, MUST NOT, SHOULD, RECOMMENDED, MAY … A MAY cannot be broken. */
  readonly keyword: string
  /** The rule in words. */
  readonly text: string
}

export type RuleResult = Common &
  (
    | { readonly outcome: 'passed' /** To how many rows its condition applied. */; readonly rows: number }
    | {
        readonly outcome: 'failed'
        readonly rows: number
        /** How many faults there are; only the first are kept. */
        readonly count: number
        readonly faults: readonly Fault[]
        /** For a composite: the rules within it that failed. */
        readonly because: readonly string[]
      }
    | ({ readonly outcome: 'not applicable' } & Exemption)
    /** It cannot be checked by looking at the rows. */
    | { readonly outcome: 'dynamic' }
  )

export interface EvaluateOptions {
  /** The applicability criteria that the dataset meets. */
  readonly supports: readonly string[]
  /** FOCUS 1.2 if left out. */
  readonly model?: RuleModel
  /** How many faults of a rule are kept; 20 if left out. */
  readonly keep?: number
}

/**
 * Checks rows against every rule of a model, in one pass: memory does not grow with the rows.
 * @throws TypeError for a criterion or a check function that is not known.
 */
export async function evaluate(
  rows: Iterable<Row> | AsyncIterable<Row>,
  { supports, model = FOCUS_1_2, keep = 20 }: EvaluateOptions,
): Promise<RuleResult[]> {
  const unknown = supports.filter(name => !Object.hasOwn(model.ApplicabilityCriteria, name))
  if (unknown.length > 0) throw new TypeError(`the rule model knows no criterion ${unknown.join(', ')}`)
  const parents = parentsOf(model)
  const exemption = exemptions(model, new Set(supports), parents)
  const compiled = createCompiler(model, parents, id => exemption(id) !== undefined)
  const runs = new Map(
    Object.entries(model.ModelRules)
      .filter(([id, rule]) => rule.Type === 'Static' && !isGroup(rule) && !exemption(id))
      .map(([id]) => [id, createRun(compiled(id), keep)]),
  )
  // A MAY is compiled too, so that an unknown function shows, but cannot be broken.
  const broken = [...runs].filter(([id]) => model.ModelRules[id]?.ValidationCriteria.Keyword !== 'MAY')
  let row = 0
  for await (const one of rows) {
    row += 1
    for (const [, run] of broken) run.see(one, row)
  }
  for (const [, run] of broken) run.end()
  return results(model, exemption, runs)
}

/** A composite of which every part must hold has no rows of its own: its parts are reported. */
const isGroup = ({ Function, ValidationCriteria: { Requirement } }: ModelRule): boolean =>
  Function === 'Composite' && Requirement?.CheckFunction !== 'OR'

interface Run {
  readonly state: { rows: number; count: number; readonly faults: Fault[] }
  see(row: Row, number: number): void
  end(): void
}

function createRun(
  { condition, requirement }: { condition: (row: Row) => boolean; requirement: Check },
  keep: number,
): Run {
  const state = { rows: 0, count: 0, faults: [] as Fault[] }
  const column = requirement.columns[0] ?? ''
  const add = (fault: Fault): void => {
    state.count += 1
    if (state.faults.length < keep) state.faults.push(fault)
  }
  return {
    state,
    see(row, number) {
      if (!condition(row)) return
      state.rows += 1
      if (!requirement.holds(row)) add({ row: number, column, value: row[column] ?? null })
    },
    end() {
      for (const value of requirement.atEnd?.() ?? []) add({ row: 0, column, value })
    },
  }
}

function results(
  model: RuleModel,
  exemption: (id: string) => Exemption | undefined,
  runs: ReadonlyMap<string, Run>,
): RuleResult[] {
  const known = new Map<string, RuleResult>()

  function result(id: string): RuleResult {
    const found = known.get(id) ?? make(id, model.ModelRules[id] as ModelRule)
    known.set(id, found)
    return found
  }

  function make(id: string, rule: ModelRule): RuleResult {
    const { Keyword: keyword, MustSatisfy: text, Requirement } = rule.ValidationCriteria
    const common = { id, keyword, text }
    if (rule.Type !== 'Static') return { ...common, outcome: 'dynamic' }
    const exempt = exemption(id)
    if (exempt) return { ...common, outcome: 'not applicable', ...exempt }
    const run = runs.get(id)
    if (!run) return { ...common, ...summary(rulesIn(Requirement).map(result)) }
    const { rows, count, faults } = run.state
    if (count === 0) return { ...common, outcome: 'passed', rows }
    return { ...common, outcome: 'failed', rows, count, faults, because: [] }
  }

  return Object.keys(model.ModelRules).map(result)
}

/** How a composite went, by its parts. */
function summary(parts: readonly RuleResult[]): Outcome {
  const failed = parts.filter(part => part.outcome === 'failed')
  const passed = parts.filter(part => part.outcome === 'passed')
  const rows = Math.max(0, ...[...failed, ...passed].map(part => part.rows))
  if (failed.length > 0) {
    return { outcome: 'failed', rows, count: 0, faults: [], because: failed.map(({ id }) => id) }
  }
  if (passed.length > 0) return { outcome: 'passed', rows }
  const exempt = parts.find(part => part.outcome === 'not applicable')
  if (exempt) return { outcome: 'not applicable', criteria: exempt.criteria, by: exempt.by }
  return { outcome: 'dynamic' }
}

type Outcome = RuleResult extends infer R ? (R extends RuleResult ? Omit<R, keyof Common> : never) : never
