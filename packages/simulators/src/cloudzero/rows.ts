import { sum } from '../decimal.ts'
import { compare } from '../wire.ts'
import type { DropRequest } from './body.ts'
import type { CbfRow } from './row.ts'
import { type Hour, readHour } from './times.ts'

/** A row of a month, with what the service looks at. */
export interface StoredRow {
  readonly row: CbfRow
  readonly hour: Hour
  readonly bytes: number
}

/** The exact sum of `cost/cost` of a day and a service. */
export interface CloudzeroTotal {
  /** `YYYY-MM-DD`, the day of `time/usage_start` in UTC. */
  readonly day: string
  /** `resource/service`; empty where rows have none. */
  readonly service: string
  readonly amount: string
  readonly rows: number
}

/** What becomes of a month: the meaning of the three operations. */
export function apply(existing: readonly StoredRow[], { operation, rows }: DropRequest): StoredRow[] {
  const added = rows.map(row => ({
    row,
    hour: readHour(row['time/usage_start'] ?? '') as Hour,
    bytes: Buffer.byteLength(JSON.stringify(row)),
  }))
  if (operation === 'replace_drop') return added
  if (operation === 'sum') return [...existing, ...added]
  const hours = new Set(added.map(({ hour }) => hour.start))
  return [...existing.filter(({ hour }) => !hours.has(hour.start)), ...added]
}

export function totalsOf(stored: readonly StoredRow[]): CloudzeroTotal[] {
  const groups = Map.groupBy(stored, ({ row, hour }) =>
    JSON.stringify([hour.day, row['resource/service'] ?? '']),
  )
  return [...groups]
    .map(([group, members]) => {
      const [day, service] = JSON.parse(group) as [string, string]
      const amount = sum(members.map(({ row }) => row['cost/cost'] ?? '0'))
      return { day, service, amount, rows: members.length }
    })
    .sort((a, b) => compare(a.day, b.day) || compare(a.service, b.service))
}
