import { createHash } from 'node:crypto'
import { v5 } from 'uuid'
import { decimalOf } from './decimal.ts'

/** Fixed for ever: another namespace would give every event another id. */
const NAMESPACE = '4f0c1f2e-6f0b-5d0a-9c55-b1110f70b111'

/** What an id is a function of. */
export interface Identity {
  readonly source: string
  readonly type: string
  readonly account: string
  readonly day: string
  /** The fields that name the row within its day. */
  readonly key: readonly string[]
  /** Of the row's data, see `digestOf`. */
  readonly digest: string
  /** Numbers the rows whose key and digest are both equal, from 0. */
  readonly n: number
  /** 0 for a day's first pull, then one more for each later pull that found changes. */
  readonly revision: number
}

/** The event id of a row, a UUIDv5: the same row gives the same id, a changed figure gives another. */
export function eventId(row: Identity): string {
  const { source, type, account, day, key, digest, n, revision } = row
  return v5(JSON.stringify([source, type, account, day, key, digest, n, revision]), NAMESPACE)
}

/**
 * A digest of data that does not depend on the order of keys or on how a decimal is written: `1.10`, `1.1` and
 * `11E-1` are one figure, as a number or as text.
 */
export function digestOf(data: unknown): string {
  return createHash('sha256').update(canonical(data)).digest('base64url')
}

function canonical(value: unknown): string {
  const decimal = decimalOf(value)
  if (decimal !== undefined) return decimal
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
