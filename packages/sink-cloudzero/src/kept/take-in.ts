import type { StateWriter } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import { fillerId } from '../send/filler.ts'
import { isKnown, isOurs, placeKey, placeOf, rowPrefix, type Slot } from './slots.ts'

/**
 * Takes a row that CloudZero has into a slot that was not read before: it is ours, and was known until the state was lost.
 * What is known already, or was replaced, stays as it is here. Returns false for a row that somebody else wrote; that
 * alone is asked where the slot is not `here`.
 */
export async function takeIn(keys: StateWriter, slot: Slot, row: CbfRow, here: boolean): Promise<boolean> {
  const id = row['lineitem/id'] ?? ''
  if (id === fillerId(slot)) return true
  if (!isOurs(id)) return isKnown(keys, id)
  if (!here || (await keys.get(placeKey(id))) !== undefined) return true
  await keys.set(rowPrefix(slot) + id, JSON.stringify(row))
  await keys.set(placeKey(id), placeOf(slot))
  return true
}
