import type { StateWriter } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import { together } from '../cbf/net.ts'
import { fillerId } from '../send/filler.ts'
import { isKnown, isOurs, placeKey, placeOf, rowPrefix, type Slot } from './slots.ts'

/**
 * Takes a row that CloudZero has into a slot that was not read before: it is ours, and was known until the state was lost.
 * What is known already, or was replaced, stays as it is here. `taken` are the ids of this reading: `sum` leaves several
 * rows of one id, which are one here. Returns false for a row that somebody else wrote; that alone is asked where the
 * slot is not `here`.
 */
export async function takeIn(
  keys: StateWriter,
  slot: Slot,
  row: CbfRow,
  { here, taken }: { readonly here: boolean; readonly taken: Set<string> },
): Promise<boolean> {
  const id = row['lineitem/id'] ?? ''
  if (id === fillerId(slot)) return true
  if (!isOurs(id)) return isKnown(keys, id)
  const place = await keys.get(placeKey(id))
  if (!here || (place !== undefined && !(taken.has(id) && place === placeOf(slot)))) return true
  taken.add(id)
  const key = rowPrefix(slot) + id
  const before = await keys.get(key)
  await keys.set(
    key,
    JSON.stringify(before === undefined ? row : together(JSON.parse(before) as CbfRow, row)),
  )
  await keys.set(placeKey(id), placeOf(slot))
  return true
}
