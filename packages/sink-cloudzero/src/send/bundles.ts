import type { StateReader } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import { deltaRows, type Net, netOf } from './delta.ts'
import { fillerRow } from './filler.ts'
import { dayOf } from '../cbf/hour.ts'
import type { Operation } from './pack.ts'
import { type Contents, EMPTY } from './read-month.ts'
import { scanRows, scanSlots, type Slot } from '../kept/slots.ts'
import { addTallies, isSame, type Tally } from '../cbf/tally.ts'

/** What CloudZero has of a month, by hour. */
export type Month = ReadonlyMap<string, Contents>

/** Slots whose rows go together, in one request or in parts that follow each other. */
export interface Bundle {
  /** For messages and idempotency keys: the day, with its hour where that is not the first, or the month. */
  readonly name: string
  readonly slots: readonly Slot[]
  readonly first: Operation
  readonly next?: Operation
  rows(keys: StateReader): AsyncIterable<CbfRow>
  /** Whether CloudZero has what was sent. */
  isThere(month: Month, sent: Tally, keys: StateReader): Promise<boolean>
}

/** Replaces an hour, and with it a billing day; what does not fit into the first request is added. */
export const hourly = (slot: Slot): Bundle => ({
  name: nameOf(slot),
  slots: [slot],
  first: 'replace_hourly',
  next: 'sum',
  rows: keys => slotRows(keys, slot),
  isThere: async (month, sent) => isSame((month.get(slot.hour) ?? EMPTY).tally, sent),
})

/** Adds what is missing to what CloudZero was read to have, and takes back what is too much. */
export function delta(slot: Slot, before: Month): Bundle {
  const netIn = (month: Month): Net => (month.get(slot.hour) ?? EMPTY).net
  let sent: Net = new Map()
  return {
    name: nameOf(slot),
    slots: [slot],
    first: 'sum',
    next: 'sum',
    async *rows(keys) {
      sent = await netOf(keys, slot)
      yield* deltaRows(keys, netIn(before), sent)
    },
    async isThere(month, _, keys) {
      for await (const _ of deltaRows(keys, netIn(month), sent)) return false
      return true
    },
  }
}

/** Replaces a month by all that is known of it. */
export const wholeMonth = (month: string, slots: readonly Slot[]): Bundle => ({
  name: month,
  slots,
  first: 'replace_drop',
  async *rows(keys) {
    for (const slot of slots) yield* slotRows(keys, slot)
  },
  isThere: async (read, sent) => isSame(addTallies([...read.values()].map(({ tally }) => tally)), sent),
})

/** All slots of a month. */
export async function slotsOfMonth(keys: StateReader, currency: string, month: string): Promise<Slot[]> {
  const slots: Slot[] = []
  for await (const [slot] of scanSlots(keys, currency, `${month}-`)) slots.push(slot)
  return slots
}

/** A slot that has no rows any more is not empty at CloudZero until something takes their place. */
async function* slotRows(keys: StateReader, slot: Slot): AsyncGenerator<CbfRow> {
  let none = true
  for await (const [, row] of scanRows(keys, slot)) {
    none = false
    yield row
  }
  if (none) yield fillerRow(slot)
}

/** `2024-08-16`, or `2024-08-16 13:00` for an hour that is not the first. */
export function nameOf({ hour }: Slot): string {
  const time = hour.slice(11, 16)
  return time === '00:00' ? dayOf(hour) : `${dayOf(hour)} ${time}`
}
