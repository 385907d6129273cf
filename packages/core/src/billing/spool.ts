import { setImmediate as breathe } from 'node:timers/promises'
import { BillowError } from '../errors.ts'
import { parseJson } from '../json.ts'
import type { State } from '../state/state.ts'
import type { BillEvent } from './daily.ts'
import { digestOf } from './identity.ts'
import type { Cursor } from './ledger.ts'

/** A row as the spool keeps it. */
export interface SpoolRow {
  readonly key: readonly string[]
  readonly digest: string
  readonly event: BillEvent
}

/** A row on its way out: its number among the rows equal to it, and the place behind it. */
export interface NumberedRow extends SpoolRow {
  readonly n: number
  readonly cursor: Cursor
  /** About how much memory it takes. */
  readonly bytes: number
}

/** A chunk is written at once; its size bounds the memory of a pull. */
const CHUNK_ROWS = 500
const CHUNK_BYTES = 1 << 20

/**
 * The durable copy of days' rows. A day's rows stand in the order of key and digest, so that their numbers, and
 * with them their ids, do not depend on the order in which the provider's pages came.
 */
export interface Spool {
  write(): SpoolWriter
  /** Throws where a chunk of rows could not be written. */
  prove(): Promise<void>
  /** The day's rows behind `from`, numbered. */
  read(day: string, revision: number, from?: Cursor): AsyncIterable<NumberedRow>
  /** Forgets the rows of a day, or of all days before one. */
  clear(day: string): Promise<void>
  clearBefore(day: string): Promise<void>
}

/** Adds rows in chunks. What was added counts for nothing until the ledger says that the day is spooled. */
export interface SpoolWriter {
  add(day: string, revision: number, row: SpoolRow): Promise<void>
  /** Writes the last chunk. */
  close(): Promise<void>
}

export function openSpool(state: State, ledgerId: string): Spool {
  const root = `row/${ledgerId}/`
  const prefix = (day: string, revision: number): string => `${root}${day}/${revision}/`
  async function forget(start: string, while_: (key: string) => boolean): Promise<void> {
    for (;;) {
      const keys: string[] = []
      for await (const [key] of state.scan(start)) {
        if (!while_(key) || keys.length === CHUNK_ROWS) break
        keys.push(key)
      }
      if (keys.length === 0) return
      await state.transaction(async writer => {
        for (const key of keys) await writer.delete(key)
      })
      // The state answers at once: a signal would wait until millions of rows are gone.
      await breathe()
    }
  }

  return {
    write: () => openWriter(state, prefix),
    async prove() {
      const key = `proof/${ledgerId}`
      await state.set(key, ' '.repeat(CHUNK_BYTES))
      await state.delete(key)
    },
    async *read(day, revision, from) {
      let last = from
      let equal = from ? from.after.slice(0, from.after.lastIndexOf('/')) : ''
      for await (const [after, text] of state.scan(
        prefix(day, revision),
        from ? { after: from.after } : {},
      )) {
        const group = after.slice(0, after.lastIndexOf('/'))
        const n = last && group === equal ? last.n + 1 : 0
        equal = group
        last = { after, n, count: (last?.count ?? 0) + 1 }
        yield { ...(parseJson(text) as SpoolRow), n, cursor: last, bytes: text.length }
      }
    },
    clear: day => forget(`${root}${day}/`, () => true),
    clearBefore: day => forget(root, key => key < root + day),
  }
}

function openWriter(state: State, prefix: (day: string, revision: number) => string): SpoolWriter {
  let chunk: (readonly [key: string, value: string])[] = []
  let bytes = 0
  let sequence = 0

  async function flush(): Promise<void> {
    const rows = chunk
    chunk = []
    bytes = 0
    await state.transaction(async keys => {
      for (const [key, value] of rows) await keys.set(key, value)
    })
  }

  return {
    async add(day, revision, row) {
      const place = `${JSON.stringify(row.key)}/${row.digest}/${String(sequence++).padStart(12, '0')}`
      const value = JSON.stringify(row)
      chunk.push([prefix(day, revision) + place, value])
      bytes += value.length
      if (chunk.length >= CHUNK_ROWS || bytes >= CHUNK_BYTES) await flush()
    },
    close: flush,
  }
}

/** Checks a row's parts and gives it the form that the spool keeps. */
export function spoolRow(key: readonly string[], event: BillEvent): SpoolRow {
  const bad = key.find(part => typeof part !== 'string')
  if (bad !== undefined) throw new BillowError(`a row's key holds ${typeof bad}: give text, such as an id`)
  if (!event.source || !event.type) throw new BillowError('a row became an event without source or type')
  return { key, digest: digestOf(event.data), event }
}
