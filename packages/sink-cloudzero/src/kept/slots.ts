import { createHash } from 'node:crypto'
import type { StateReader, StateWriter } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import type { CloudzeroConfig, Stream } from '../config.ts'

/** What is sent together: the rows of an hour in a currency. Those of a billing day are all dated by its first hour. */
export interface Slot {
  readonly currency: string
  /** As `time/usage_start` has it: `2024-08-16T00:00:00Z`. */
  readonly hour: string
}

/** What is known of a slot, beside its rows. */
export interface SlotRecord {
  /** Rises with each change of its rows. */
  readonly version: number
  /** The version that CloudZero was seen to have. */
  readonly sent: number
  /** Rises with each attempt to send it, so that no two attempts share an idempotency key. */
  readonly generation: number
  /** The connection whose rows of this slot were read back; none before that. */
  readonly connection?: string
  /** For which operation: with another one more must be read, or rows of others must not be there. */
  readonly operation?: CloudzeroConfig['operation']
  /** When the first and the last change came that `sent` lacks; ISO 8601. */
  readonly since?: string
  readonly changed?: string
  /** Rows of others in it may be replaced: a person said so. */
  readonly mayReplace?: true
}

const NEW: SlotRecord = { version: 0, sent: 0, generation: 0 }

const ROOT = 'cloudzero/'
export const GONE = 'gone/'
const slotKey = ({ currency, hour }: Slot): string => `${ROOT}slot/${currency}/${hour}`
export const rowPrefix = ({ currency, hour }: Slot): string => `${ROOT}row/${currency}/${hour}/`
/** Where a charge is: its slot, or `gone/` and the day on which that became known. */
export const placeKey = (charge: string): string => `${ROOT}at/${charge}`
export const PLACES = `${ROOT}at/`
export const placeOf = ({ currency, hour }: Slot): string => `${currency}/${hour}`

export function slotAt(place: string): Slot {
  const [currency = '', hour = ''] = place.split('/')
  return { currency, hour }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a row's id says by itself which charge it is: a UUID has no twin in another source. */
export const isOurs = (id: string): boolean => UUID.test(id)

/** Names a charge: its event's id, with its source where the id may have a twin. */
export const chargeKey = (source: string, id: string): string =>
  isOurs(id) ? id : `${short(id)}\n${short(source)}`

/** PostgreSQL takes no key of more than 2.6 KB, and one event shall not stop those that share its commit. */
const short = (text: string): string =>
  Buffer.byteLength(text) > 500 ? createHash('sha256').update(text).digest('hex') : text

/** Whether a charge of this id arrived or was replaced, whatever its source; for ids that may have a twin. */
export async function isKnown(keys: StateReader, id: string): Promise<boolean> {
  if (id === '') return false
  for await (const _ of keys.scan(placeKey(chargeKey('', id)))) return true
  return false
}

export async function readSlot(keys: StateReader, slot: Slot): Promise<SlotRecord> {
  const text = await keys.get(slotKey(slot))
  return text === undefined ? NEW : (JSON.parse(text) as SlotRecord)
}

export const writeSlot = (keys: StateWriter, slot: Slot, record: SlotRecord): Promise<void> =>
  keys.set(slotKey(slot), JSON.stringify(record))

export const deleteSlot = (keys: StateWriter, slot: Slot): Promise<void> => keys.delete(slotKey(slot))

/** The slots of a currency, or of those hours of it that begin so, in order. */
export async function* scanSlots(
  keys: StateReader,
  currency: string,
  hours = '',
): AsyncGenerator<readonly [slot: Slot, record: SlotRecord]> {
  const prefix = slotKey({ currency, hour: '' })
  for await (const [key, text] of keys.scan(prefix + hours)) {
    yield [{ currency, hour: key.slice(prefix.length) }, JSON.parse(text) as SlotRecord]
  }
}

export async function* scanRows(
  keys: StateReader,
  slot: Slot,
): AsyncGenerator<readonly [charge: string, row: CbfRow]> {
  const prefix = rowPrefix(slot)
  for await (const [key, text] of keys.scan(prefix))
    yield [key.slice(prefix.length), JSON.parse(text) as CbfRow]
}

/** Whether CloudZero was seen to have all of a slot in this stream, or nothing ever came of it. */
export const isSent = ({ version, sent, connection }: SlotRecord, stream: Stream): boolean =>
  version === sent && (connection === stream.connection || (version === 0 && connection === undefined))

/** The record after a change of its rows. */
export const changedSlot = (record: SlotRecord, now: string): SlotRecord => ({
  ...record,
  version: record.version + 1,
  since: record.since ?? now,
  changed: now,
})
