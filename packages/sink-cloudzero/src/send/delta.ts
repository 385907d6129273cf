import type { StateReader } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import { difference, together } from '../cbf/net.ts'
import { isKnown, isOurs, scanRows, type Slot } from '../kept/slots.ts'

/**
 * The rows to add (`sum`) so that what CloudZero has of a slot becomes what is known here. Rows of others stay out of it.
 * `before` is what CloudZero has, by id.
 */
export async function* deltaRows(
  keys: StateReader,
  slot: Slot,
  before: ReadonlyMap<string, CbfRow>,
): AsyncGenerator<CbfRow> {
  const now = new Map<string, CbfRow>()
  for await (const [, row] of scanRows(keys, slot)) {
    const id = row['lineitem/id'] ?? ''
    now.set(id, together(now.get(id), row))
  }
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
