import type { CostRow } from './cost-row.ts'
import { validation } from './errors.ts'

/** Whether a row is part of the answer. */
export type Filter = (row: CostRow) => boolean

const FIELDS: Readonly<Record<string, (row: CostRow) => string>> = {
  SERVICE: row => row.service,
  LINKED_ACCOUNT: row => row.account,
  REGION: row => row.region,
  USAGE_TYPE: row => row.usageType,
  RECORD_TYPE: row => row.recordType,
}

/** What a row says for one of the dimensions. */
export function dimension(row: CostRow, key: string): string {
  return FIELDS[key]?.(row) ?? ''
}

/** Reads a Filter of Dimensions, And, Or and Not. Others, such as Tags, are a ValidationException. */
export function readFilter(filter: unknown): Filter {
  if (filter === undefined || filter === null) return () => true
  const entries = typeof filter === 'object' ? Object.entries(filter) : []
  const [kind, value] = entries[0] ?? []
  if (entries.length !== 1) throw validation('Expression must have exactly one root operator.')
  if (kind === 'Not') {
    const inner = readFilter(value)
    return row => !inner(row)
  }
  if (kind === 'And' || kind === 'Or') {
    if (!Array.isArray(value) || value.length < 2)
      throw validation(`${kind} expression must have at least 2 operands.`)
    const inner = value.map(readFilter)
    return kind === 'And' ? row => inner.every(f => f(row)) : row => inner.some(f => f(row))
  }
  if (kind === 'Dimensions') return readDimensions(value)
  throw validation(`Expression operator is invalid: ${kind}. This simulator knows And, Dimensions, Not, Or.`)
}

function readDimensions(value: unknown): Filter {
  const { Key, Values, MatchOptions } = (value ?? {}) as Record<string, unknown>
  const field = typeof Key === 'string' ? FIELDS[Key] : undefined
  if (!field)
    throw validation(
      `Dimension is invalid: ${String(Key)}. This simulator knows ${Object.keys(FIELDS).join(', ')}.`,
    )
  if (!Array.isArray(Values) || Values.length === 0) throw validation('Dimension values must not be empty.')
  if (MatchOptions !== undefined && JSON.stringify(MatchOptions) !== '["EQUALS"]') {
    throw validation('Match options are invalid. This simulator knows EQUALS.')
  }
  return row => Values.includes(field(row))
}
