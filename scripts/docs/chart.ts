import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml'

const FILE = join(import.meta.dirname, '../../charts/billow/values.yaml')

export interface ChartValue {
  /** Such as `persistence.size`. */
  readonly name: string
  readonly fallback: unknown
  /** The comment above it. */
  readonly description: string
}

/** The values of the chart, as its values.yaml has and explains them. */
export function chartValues(text = readFileSync(FILE, 'utf8')): ChartValue[] {
  return valuesOf(parseDocument(text).contents as YAMLMap, '')
}

function valuesOf(map: YAMLMap, prefix: string): ChartValue[] {
  return map.items.flatMap(({ key, value }, index) => {
    if (!isScalar(key)) throw new Error('a key of values.yaml is no text')
    const name = `${prefix}${String(key.value)}`
    if (isMap(value) && value.items.some(hasComment(value))) return valuesOf(value, `${name}.`)
    const description = commentOf(map, index).trim().replaceAll(/\s+/g, ' ')
    const fallback = (value as { toJSON?(): unknown } | null)?.toJSON?.() ?? null
    return [{ name, fallback, description }]
  })
}

/** The parser hands the comment above the first key of a map to the map. */
function commentOf(map: YAMLMap, index: number): string {
  const { key } = map.items[index] as Pair<{ commentBefore?: string }>
  const own = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined)
  return own?.split('\n\n').at(-1) ?? ''
}

const hasComment =
  (map: YAMLMap) =>
  (_: unknown, index: number): boolean =>
    commentOf(map, index) !== ''

/** The table of the chart's README. */
export function chartTable(): string {
  const rows = chartValues().map(({ name, fallback, description }) => {
    const text = JSON.stringify(fallback)
    const shown =
      fallback === null || text === '""' ? '' : `\`${typeof fallback === 'string' ? fallback : text}\``
    return `| \`${name}\` | ${shown} | ${description} |`
  })
  return ['| value | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}
