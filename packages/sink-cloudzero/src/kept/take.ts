import type { StateWriter } from '@billow/core'
import { dayOf } from '../cbf/hour.ts'
import {
  changedSlot,
  GONE,
  placeKey,
  placeOf,
  readSlot,
  rowPrefix,
  type Slot,
  slotAt,
  writeSlot,
} from './slots.ts'

/** A charge that arrived, as a row of its stream. */
export interface Arrival {
  readonly charge: string
  readonly slot: Slot
  /** JSON of its row. */
  readonly text: string
  /** The charge whose place it takes. */
  readonly replaces?: string
}

/**
 * Keeps charges that arrived, less those that others replaced, in whatever order they come: one that is replaced before it
 * arrives is remembered as gone. Resolves to the slots that changed; what is there already changes nothing.
 */
export async function take(
  keys: StateWriter,
  arrivals: readonly Arrival[],
  now: Date,
): Promise<readonly Slot[]> {
  const changed = new Map<string, Slot>()
  const change = (slot: Slot): void => void changed.set(placeOf(slot), slot)

  for (const { charge, slot, text, replaces } of arrivals) {
    const place = await keys.get(placeKey(charge))
    if (!place?.startsWith(GONE)) {
      const key = rowPrefix(slot) + charge
      if (place !== undefined && place !== placeOf(slot)) change(await leave(keys, charge, place))
      if ((await keys.get(key)) !== text) {
        await keys.set(key, text)
        await keys.set(placeKey(charge), placeOf(slot))
        change(slot)
      }
    }
    if (replaces === undefined) continue
    const before = await keys.get(placeKey(replaces))
    if (before?.startsWith(GONE)) continue
    if (before !== undefined) change(await leave(keys, replaces, before))
    await keys.set(placeKey(replaces), GONE + dayOf(now.toISOString()))
  }
  for (const slot of changed.values()) {
    await writeSlot(keys, slot, changedSlot(await readSlot(keys, slot), now.toISOString()))
  }
  return [...changed.values()]
}

/** Takes a charge out of its slot, which changes. */
async function leave(keys: StateWriter, charge: string, place: string): Promise<Slot> {
  const slot = slotAt(place)
  await keys.delete(rowPrefix(slot) + charge)
  return slot
}
