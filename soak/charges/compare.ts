import { plainDecimal } from '@billow/core'
import type { CloudzeroSimulator } from '@billow/simulators'
import { type Issued, totalKey, totalsOf } from './bill.ts'

export type Streams = Readonly<Record<string, string>>
type Seen = Pick<CloudzeroSimulator, 'drops' | 'rows' | 'totals'>

/** The first day and service at which CloudZero's sums are not those of the charges, to the last decimal. */
export function difference(simulator: Seen, streams: Streams, live: readonly Issued[]): string | undefined {
  const ours = totalsOf(live)
  const theirs = new Map<string, string>()
  for (const [currency, connection] of Object.entries(streams)) {
    for (const month of monthsOf(simulator, connection))
      for (const { day, service, amount } of simulator.totals(connection, month))
        if (plainDecimal(amount) !== '0') theirs.set(totalKey(currency, day, service), plainDecimal(amount))
  }
  for (const key of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [wanted = '0', found = '0'] = [ours.get(key), theirs.get(key)]
    if (wanted !== found) return `${key}: the charges are ${wanted}, CloudZero has ${found}`
  }
  return undefined
}

/** The first id whose rows are not those of its charges, each once. Rows of nothing do not count. */
export function rowDifference(
  simulator: Seen,
  streams: Streams,
  live: readonly Issued[],
): string | undefined {
  for (const [currency, connection] of Object.entries(streams)) {
    const ours = live
      .filter(issued => issued.currency === currency)
      .map(({ event, amount }) => `${event.id} ${plainDecimal(amount)}`)
    const theirs = monthsOf(simulator, connection)
      .flatMap(month => simulator.rows(connection, month))
      .map(row => `${row['lineitem/id']} ${row['cost/cost']}`)
    const [wanted, found] = [ours, theirs].map(rows => rows.filter(row => !row.endsWith(' 0')).sort())
    const at = wanted?.findIndex((row, index) => row !== found?.[index]) ?? -1
    if (at >= 0) return `${currency}: the charges have ${wanted?.[at]}, CloudZero has ${found?.[at]}`
    if (wanted?.length !== found?.length)
      return `${currency}: CloudZero has ${found?.[wanted?.length ?? 0]} too`
  }
  return undefined
}

const monthsOf = (simulator: Seen, connection: string): readonly string[] =>
  simulator
    .drops()
    .filter(drop => drop.connection === connection)
    .map(({ month }) => month)
