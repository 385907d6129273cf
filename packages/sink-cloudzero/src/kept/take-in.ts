import type { StateReader, StateWriter } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import { fillerId } from '../send/filler.ts'
import { isOurs, placeKey, placeOf, rowPrefix, type Slot } from './slots.ts'

/**
 * Takes a row that CloudZero has into a slot that was not read before: it is ours, and was known until the state was lost.
 * What is known already, or was replaced, stays as it is here. Returns false for a row that somebody else wrote; that
 * alone is asked where the slot is not `here`.
 */
export async function takeIn(keys: StateWriter, slot: Slot, row: CbfRow, here: boolean): Promise<boolean> {
  const id = row['lineitem/id'] ?? ''
  if (id === fillerId(slot)) return true
  if (!isOurs(id)) return id !== '' && (await isKnown(keys, slot, id))
  if (!here || (await keys.get(placeKey(id))) !== undefined) return true
  await keys.set(rowPrefix(slot) + id, JSON.stringify(row))
  await keys.set(placeKey(id), placeOf(slot))
  return true
}

/** Whether a charge of this id is in the slot, whatever its source. */
async function isKnown(keys: StateReader, slot: Slot, id: string): Promise<boolean> {
  for await (const _ of keys.scan(`${rowPrefix(slot)}${id}\n`)) return true
  return false
}
