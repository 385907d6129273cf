import type { DatabaseSync } from 'node:sqlite'
import { refuseEmpty } from './empty.ts'
import type { StateWriter } from './state.ts'

/** What a scan reads at once. */
const CHUNK = 256
const CHUNK_LENGTH = 1 << 20

/** A connector's keys over one connection. What is written takes effect before the call returns. */
export function keysOf(database: DatabaseSync, connector: string): StateWriter {
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
      refuseEmpty(key, value)
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
