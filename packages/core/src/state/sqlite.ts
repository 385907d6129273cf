import { DatabaseSync } from 'node:sqlite'
import { BillowError } from '../errors.ts'
import { migrate } from './migrations.ts'
import { createMutex } from './mutex.ts'
import { StateError } from './state-error.ts'
import type { State, StateStore, StateWriter } from './state.ts'

/** What a scan reads at once. */
const CHUNK = 256
const CHUNK_LENGTH = 1 << 20
/** How long a write waits for another process that is writing. */
const BUSY_MS = 5000

/**
 * Opens the states in one SQLite file. Every write is on the disk when it resolves (write-ahead log, full sync).
 * Reads outside of a transaction see what is committed, never half of one.
 * @throws StateError where the file cannot be opened, or was written by a newer version. What fails later is one too.
 */
export function openSqliteStore(file: string): StateStore {
  const writer = connectAndMigrate(file)
  const reader = file === ':memory:' ? writer : connect(file)
  const exclusive = createMutex()
  return {
    open: connector => openState(connector, { file, reader, writer, exclusive }),
    async close() {
      await exclusive(async () => {
        if (reader !== writer) reader.close()
        writer.close()
      })
    },
  }
}

function connectAndMigrate(file: string): DatabaseSync {
  try {
    const database = connect(file)
    migrate(database)
    return database
  } catch (error) {
    throw new StateError(
      `the state "${file}" cannot be opened; restore it from a backup, or move it away to begin anew`,
      error,
    )
  }
}

function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`)
  return database
}

interface Connections {
  readonly file: string
  readonly reader: DatabaseSync
  readonly writer: DatabaseSync
  readonly exclusive: ReturnType<typeof createMutex>
}

function openState(connector: string, { file, reader, writer, exclusive }: Connections): State {
  const outside = keysOf(reader, connector)
  const inside = keysOf(writer, connector)
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await exclusive(work)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw error
      throw new StateError(`the state "${file}" cannot be written`, error)
    }
  }
  return {
    place: file,
    get: outside.get,
    scan: outside.scan,
    set: (key, value) => write(() => inside.set(key, value)),
    delete: key => write(() => inside.delete(key)),
    transaction: work =>
      write(async () => {
        writer.exec('BEGIN IMMEDIATE')
        try {
          const result = await work(inside)
          writer.exec('COMMIT')
          return result
        } catch (error) {
          // A full disk ends the transaction by itself; a second end would hide the reason.
          if (writer.isTransaction) writer.exec('ROLLBACK')
          throw error
        }
      }),
  }
}

function keysOf(database: DatabaseSync, connector: string): StateWriter {
  const get = database.prepare('SELECT value FROM state WHERE connector = ? AND key = ?')
  const set = database.prepare('INSERT OR REPLACE INTO state (connector, key, value) VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM state WHERE connector = ? AND key = ?')
  const after = database.prepare(
    `SELECT key, value FROM state WHERE connector = ? AND key > ? AND key < ? ORDER BY key LIMIT ${CHUNK}`,
  )
  const from = database.prepare(
    `SELECT key, value FROM state WHERE connector = ? AND key >= ? AND key < ? ORDER BY key LIMIT ${CHUNK}`,
  )
  return {
    get: async key => get.get(connector, key)?.['value'] as string | undefined,
    async set(key, value) {
      if (value === '')
        throw new BillowError(
          `state: an empty value for "${key}" would erase what is known; delete it instead`,
        )
      set.run(connector, key, value)
    },
    async delete(key) {
      remove.run(connector, key)
    },
    async *scan(prefix, options = {}) {
      const end = prefix + LAST
      let chunk = take(
        options.after === undefined
          ? from.iterate(connector, prefix, end)
          : after.iterate(connector, options.after, end),
      )
      for (;;) {
        yield* chunk.rows
        const last = chunk.rows.at(-1)
        if (!last || !chunk.more) return
        chunk = take(after.iterate(connector, last[0], end))
      }
    },
  }
}

/** The first rows, bounded by number and by length, and whether there may be more. */
function take(found: Iterable<Record<string, unknown>>): { rows: [string, string][]; more: boolean } {
  const rows: [string, string][] = []
  let length = 0
  for (const { key, value } of found) {
    rows.push([key as string, value as string])
    length += (value as string).length
    if (length >= CHUNK_LENGTH) return { rows, more: true }
  }
  return { rows, more: rows.length === CHUNK }
}

/** Sorts behind every key that starts with the prefix: the last code point there is. */
const LAST = '\u{10FFFF}'
