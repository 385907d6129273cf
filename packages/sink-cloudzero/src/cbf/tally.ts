import { createHash } from 'node:crypto'
import { addDecimals, decimalOf } from '@billow/core'
import type { CbfRow } from './row.ts'

/** What rows come to, whatever their order: enough to tell two sets of rows apart. */
export interface Tally {
  readonly rows: number
  /** The exact sum of `cost/cost`. */
  readonly cost: string
  /** Of each row's id, service and cost. */
  readonly digest: bigint
}

export const NOTHING: Tally = { rows: 0, cost: '0', digest: 0n }

export function addRow({ rows, cost, digest }: Tally, row: CbfRow): Tally {
  const amount = costOf(row)
  const text = JSON.stringify([row['lineitem/id'], row['resource/service'], amount])
  const hash = createHash('sha256').update(text).digest().readBigUInt64BE()
  return {
    rows: rows + 1,
    cost: addDecimals(cost, amount),
    digest: BigInt.asUintN(64, digest + hash),
  }
}

export const costOf = (row: CbfRow): string => decimalOf(row['cost/cost']) ?? '0'

export const isSame = (a: Tally, b: Tally): boolean =>
  a.rows === b.rows && a.cost === b.cost && a.digest === b.digest

/** For messages: `12 rows, 34.5 USD`. */
export const sayTally = ({ rows, cost }: Tally, currency: string): string =>
  `${rows} ${rows === 1 ? 'row' : 'rows'}, ${cost} ${currency}`

export const addTallies = (tallies: Iterable<Tally>): Tally =>
  [...tallies].reduce(
    (a, b) => ({
      rows: a.rows + b.rows,
      cost: addDecimals(a.cost, b.cost),
      digest: BigInt.asUintN(64, a.digest + b.digest),
    }),
    NOTHING,
  )
