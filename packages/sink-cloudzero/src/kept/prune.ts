import type { State } from '@billow/core'
import type { Stream } from '../config.ts'
import { monthOf } from '../cbf/hour.ts'
import {
  deleteSlot,
  GONE,
  isOurs,
  isSent,
  PLACES,
  placeKey,
  readSlot,
  rowPrefix,
  type Slot,
  type SlotRecord,
  scanRows,
  scanSlots,
  writeSlot,
} from './slots.ts'

/** Bills change for weeks after their month; what came later is read back from CloudZero first. */
export const KEEP_DAYS = 120
const DAY_MS = 86_400_000
/** Rows deleted in one transaction, so that arrivals need not wait for long. */
const CHUNK = 500

/** Forgets the rows of months long over that CloudZero has, so that the state does not grow for ever. */
export async function prune(state: State, stream: Stream, now: Date): Promise<void> {
  const limit = monthOf(new Date(now.getTime() - KEEP_DAYS * DAY_MS).toISOString())
  const months = new Map<string, Slot[]>()
  for await (const [slot] of scanSlots(state, stream.currency)) {
    const month = monthOf(slot.hour)
    if (month < limit) months.set(month, [...(months.get(month) ?? []), slot])
  }
  for (const slots of months.values()) {
    if (!(await beginForgetting(state, stream, slots))) continue
    for (const slot of slots) await forgetSlot(state, slot)
  }
  await forgetGone(state, limit)
}

/** Before the first row goes: what is half forgotten must be read back before it is sent. False where some of it
 *  changed, or would not be known again as ours. */
function beginForgetting(state: State, stream: Stream, slots: readonly Slot[]): Promise<boolean> {
  return state.transaction(async keys => {
    const records = new Map<Slot, SlotRecord>()
    for (const slot of slots) records.set(slot, await readSlot(keys, slot))
    if (![...records.values()].every(record => isSent(record, stream))) return false
    for (const slot of slots)
      for await (const [, { 'lineitem/id': id = '' }] of scanRows(keys, slot)) if (!isOurs(id)) return false
    for (const [slot, { connection: _, ...record }] of records) await writeSlot(keys, slot, record)
    return true
  })
}

/** What arrives meanwhile ends it: the slot is pending then, and read back before it is sent. */
async function forgetSlot(state: State, slot: Slot): Promise<void> {
  const { version } = await readSlot(state, slot)
  for (let more = true; more; ) {
    more = await state.transaction(async keys => {
      const now = await readSlot(keys, slot)
      if (now.version !== version || now.connection !== undefined) return false
      const charges: string[] = []
      for await (const [charge] of scanRows(keys, slot)) if (charges.push(charge) === CHUNK) break
      for (const charge of charges) {
        await keys.delete(rowPrefix(slot) + charge)
        await keys.delete(placeKey(charge))
      }
      if (charges.length === 0) await deleteSlot(keys, slot)
      return charges.length > 0
    })
  }
}

/** Which charges were replaced in a month long over. */
async function forgetGone(state: State, limit: string): Promise<void> {
  let keys: string[] = []
  const forget = async (): Promise<void> => {
    await state.transaction(async writer => {
      for (const key of keys) await writer.delete(key)
    })
    keys = []
  }
  for await (const [key, place] of state.scan(PLACES)) {
    if (place.startsWith(GONE) && monthOf(place.slice(GONE.length)) < limit && keys.push(key) >= CHUNK) {
      await forget()
    }
  }
  if (keys.length > 0) await forget()
}
