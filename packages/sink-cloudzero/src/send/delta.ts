import type { StateReader } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import { difference, together } from '../cbf/net.ts'
import { isKnown, isOurs, scanRows, type Slot } from '../kept/slots.ts'

/** Rows by id, those of one id as one. */
export type Net = ReadonlyMap<string, CbfRow>

export async function netOf(keys: StateReader, slot: Slot): Promise<Net> {
  const net = new Map<string, CbfRow>()
  for await (const [, row] of scanRows(keys, slot)) {
    const id = row['lineitem/id'] ?? ''
    net.set(id, together(net.get(id), row))
  }
  return net
}

/** The rows to add (`sum`) so that `before`, what CloudZero has, becomes `now`. Rows of others stay out of it. */
export async function* deltaRows(keys: StateReader, before: Net, now: Net): AsyncGenerator<CbfRow> {
  for (const [id, row] of now) {
    const missing = difference(before.get(id), row)
    if (missing) yield missing
  }
  for (const [id, row] of before) {
    if (now.has(id) || !(isOurs(id) || (await isKnown(keys, id)))) continue
    const surplus = difference(row, undefined)
    if (surplus) yield surplus
  }
}
