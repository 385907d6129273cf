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
  /** Of a row in a later revision than the first, where it is not a function of the row's place. */
  readonly id?: string
  /** The revision that sent it, and when that was pulled; beside `id`. */
  readonly revision?: number
  readonly time?: string
  /** The id of the event that this one takes the place of. */
  readonly replaces?: string
}

/** As what a row of a later revision was or will be sent. */
export type Sent = Required<Pick<SpoolRow, 'id' | 'revision' | 'time'>> & Pick<SpoolRow, 'replaces'>

/** A row in its place: its number among the rows equal to it, and the place behind it. */
export interface NumberedRow extends SpoolRow {
  readonly n: number
  /** Key and digest as text, in whose order rows stand. */
  readonly group: string
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
  /** All rows of the day as a revision has them, numbered. */
  rows(day: string, revision: number): AsyncIterable<NumberedRow>
  /** What a revision sends, behind `from`: the first one all rows, a later one what changed. */
  outgoing(day: string, revision: number, from?: Cursor): AsyncIterable<NumberedRow>
  /** Forgets all of a day. */
  clear(day: string): Promise<void>
  /** Forgets what a delivered revision needs no more, and what a comparison with it left that broke off. */
  tidy(day: string, revision: number): Promise<void>
  /** Forgets all days before one. */
  clearBefore(day: string): Promise<void>
}

/** Adds rows in chunks. What was added counts for nothing until the ledger says that the day is spooled. */
export interface SpoolWriter {
  add(day: string, revision: number, row: SpoolRow): Promise<void>
  /** Adds a row that a later revision sends. */
  addChange(day: string, revision: number, row: SpoolRow): Promise<void>
  /** Says as what a row of the spool was or will be sent. */
  setSent(row: NumberedRow, sent: Sent): Promise<void>
  /** Writes the last chunk. */
  close(): Promise<void>
}

export function openSpool(state: State, ledgerId: string): Spool {
  const root = `row/${ledgerId}/`
  async function forget(start: string, while_: (key: string) => boolean = () => true): Promise<void> {
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

  async function* read(prefix: string, from?: Cursor): AsyncGenerator<NumberedRow> {
    let last = from
    let equal = from ? groupOf(from.after, prefix) : undefined
    for await (const [after, text] of state.scan(prefix, from ? { after: from.after } : {})) {
      const group = groupOf(after, prefix)
      const n = last && group === equal ? last.n + 1 : 0
      equal = group
      last = { after, n, count: (last?.count ?? 0) + 1 }
      yield { ...(parseJson(text) as SpoolRow), n, group, cursor: last, bytes: text.length }
    }
  }

  const rows = (day: string, revision: number): string => `${root}${day}/${revision}/`
  const changes = (day: string, revision: number): string => `${root}${day}/changes-${revision}/`
  return {
    write: () => openWriter(state, rows, changes),
    async prove() {
      const key = `proof/${ledgerId}`
      await state.set(key, ' '.repeat(CHUNK_BYTES))
      await state.delete(key)
    },
    rows: (day, revision) => read(rows(day, revision)),
    outgoing: (day, revision, from) => read((revision === 0 ? rows : changes)(day, revision), from),
    clear: day => forget(`${root}${day}/`),
    async tidy(day, revision) {
      await forget(rows(day, revision - 1))
      await forget(changes(day, revision))
      await forget(rows(day, revision + 1))
      await forget(changes(day, revision + 1))
    },
    clearBefore: day => forget(root, key => key < root + day),
  }
}

/** A row's key in the state without its prefix and the number that keeps equal rows apart. */
function groupOf(key: string, prefix: string): string {
  return key.slice(prefix.length, key.lastIndexOf('/'))
}

type Prefix = (day: string, revision: number) => string

function openWriter(state: State, rows: Prefix, changes: Prefix): SpoolWriter {
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

  async function put(key: string, row: SpoolRow): Promise<void> {
    const { key: parts, digest, event, id, revision, time, replaces } = row
    const value = JSON.stringify({ key: parts, digest, event, id, revision, time, replaces })
    chunk.push([key, value])
    bytes += value.length
    if (chunk.length >= CHUNK_ROWS || bytes >= CHUNK_BYTES) await flush()
  }

  const place = ({ key, digest }: SpoolRow): string =>
    `${JSON.stringify(key)}/${digest}/${String(sequence++).padStart(12, '0')}`
  return {
    add: (day, revision, row) => put(rows(day, revision) + place(row), row),
    addChange: (day, revision, row) => put(changes(day, revision) + place(row), row),
    setSent: (row, sent) => put(row.cursor.after, { ...row, ...sent }),
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
