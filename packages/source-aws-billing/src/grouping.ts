import type { GroupDefinition } from '@aws-sdk/client-cost-explorer'
import type { CostRow } from './event.ts'

/** A second grouping: what is asked of the API, and how a row's event shows it. */
export interface Grouping {
  readonly definition: GroupDefinition
  /** Reads the API's key, such as `123456789012` or `Team$billing`. */
  group(key: string): NonNullable<CostRow['group']>
}

/** Reads `group_by`: a dimension's name, `tag:KEY` or `cost_category:KEY`. */
export function parseGrouping(groupBy: string): Grouping {
  const tag = /^(tag|cost_category):(.+)$/s.exec(groupBy)
  if (!tag) {
    const name = camelCase(groupBy)
    return { definition: { Type: 'DIMENSION', Key: groupBy }, group: key => [name, key] }
  }
  const [, kind = '', key = ''] = tag
  const name = camelCase(kind)
  return {
    definition: { Type: kind === 'tag' ? 'TAG' : 'COST_CATEGORY', Key: key },
    group: text => [name, { key, value: text.startsWith(`${key}$`) ? text.slice(key.length + 1) : text }],
  }
}

function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
