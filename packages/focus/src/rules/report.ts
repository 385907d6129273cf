import { stringifyJson } from '@billow/core'
import type { RuleResult } from './evaluate.ts'

/** What `evaluate` found, for a person: how many rules went how, each that failed with its faults, and why some do not apply. */
export function formatReport(results: readonly RuleResult[], { passed = false } = {}): string {
  const counts = ['passed', 'failed', 'not applicable', 'dynamic'].map(
    outcome => `${results.filter(result => result.outcome === outcome).length} ${outcome}`,
  )
  return [
    `${results.length} rules: ${counts.join(', ')}`,
    ...results.flatMap(result => (result.outcome === 'passed' && !passed ? [] : lines(result))),
  ].join('\n')
}

function lines(result: RuleResult): string[] {
  const head = `${result.outcome}  ${result.id}`
  if (result.outcome === 'passed') return [`${head}  ${result.rows} rows`]
  if (result.outcome === 'dynamic') return [head]
  if (result.outcome === 'not applicable') {
    const by = result.by === result.id ? '' : ` (${result.by})`
    return [`${head}  without ${result.criteria.join(', ')}${by}`]
  }
  const { text, count, faults, because } = result
  return [
    `${head}  ${text}`,
    ...faults.map(({ row, column, value }) => `  row ${row}: ${column} is ${stringifyJson(value)}`),
    ...(count > faults.length ? [`  and ${count - faults.length} more`] : []),
    ...(because.length > 0 ? [`  because of ${because.join(', ')}`] : []),
  ]
}
