import type { State, StateReader } from '@billow/core'
import { bufferWrites, createMutex } from '@billow/core/state'
import type { Database, Query } from './database.ts'

/** What a scan reads at once. */
const CHUNK = 256

/** What a write may do. */
export interface Fence {
  /** The token that the lease must still have. */
  readonly token: string
  /** Throws where it is known that the lease is lost. */
  check(): void
  /** Finds out who took over, and throws that. */
  fail(): Promise<never>
}

/** A connector's keys. Without a fence, writes are right whoever has the lease. */
export function openState(connector: string, database: Database, fence?: Fence): State {
  const exclusive = createMutex()
  const outside = readWith(database.query, connector)
  let known: Promise<unknown> | undefined

  async function lockWith(query: Query): Promise<void> {
    const { rowCount } = await query(LOCK, [connector, fence?.token])
    if (rowCount === 0) await fence?.fail()
  }

  const transaction: State['transaction'] = work =>
    exclusive(async () => {
      fence?.check()
      if (!fence) {
        known ??= database.query(KNOW, [connector])
        await known.catch((error: unknown) => {
          known = undefined
          throw error
        })
      }
      return database.use(async query => {
        // Others of this connector are kept out from the first read on. Without one, a single statement is enough.
        let begun: Promise<void> | undefined
        const begin = (): Promise<void> => (begun ??= query('BEGIN').then(() => lockWith(query)))
        const { keys, writes } = bufferWrites(readWith(query, connector, begin))
        const result = await work(keys)
        if (writes.size > 0) {
          const gone = [...writes].filter(([, value]) => value === undefined).map(([key]) => key)
          const kept = [...writes].filter(([, value]) => value !== undefined)
          const { rows } = await query(WRITE, [
            connector,
            fence?.token,
            gone,
            kept.map(([key]) => key),
            kept.map(([, value]) => value),
          ])
          if (rows[0].fence === '0') await fence?.fail()
        }
        if (begun) await query('COMMIT')
        return result
      })
    })
  return {
    place: database.place,
    get: outside.get,
    scan: outside.scan,
    set: (key, value) => transaction(keys => keys.set(key, value)),
    delete: key => transaction(keys => keys.delete(key)),
    transaction,
  }
}

/** Reads on one connection, or on any; `first` is awaited before each. */
function readWith(query: Query, connector: string, first?: () => Promise<void>): StateReader {
  return {
    async get(key) {
      await first?.()
      const { rows } = await query('SELECT value FROM billow_state WHERE connector = $1 AND key = $2', [
        connector,
        key,
      ])
      return rows[0]?.value
    },
    async *scan(prefix, { after } = {}) {
      await first?.()
      const end = prefix + LAST
      let chunk = await query(after === undefined ? FROM : AFTER, [connector, after ?? prefix, end])
      for (;;) {
        for (const { key, value } of chunk.rows) yield [key, value]
        const last = chunk.rows.at(-1)
        if (!last?.more) return
        chunk = await query(AFTER, [connector, last.key, end])
      }
    },
  }
}

/** Sorts behind every key that starts with the prefix: the last code point there is. */
const LAST = '\u{10FFFF}'

/** A chunk ends after so many rows, or where it is a mebibyte long. */
const scan = (from: '>' | '>=') => `
  SELECT key, value, count(*) OVER () = ${CHUNK} OR length >= 1048576 AS more FROM (
    SELECT *, sum(length(value)) OVER (ORDER BY key) AS length FROM (
      SELECT key, value FROM billow_state WHERE connector = $1 AND key ${from} $2 AND key < $3
      ORDER BY key LIMIT ${CHUNK}) AS found) AS found
  WHERE length - length(value) < 1048576 ORDER BY key`
const FROM = scan('>=')
const AFTER = scan('>')

/** The row that writers beside a lease lock: they follow each other too. */
const KNOW = `INSERT INTO billow_lease VALUES ($1, 0, '', '-infinity') ON CONFLICT DO NOTHING`

const LOCK = 'SELECT FROM billow_lease WHERE connector = $1 AND ($2::bigint IS NULL OR token = $2) FOR UPDATE'

/** All of a transaction in one statement, which does nothing where the lease is another's. */
const WRITE = `
  WITH fence AS (${LOCK}),
  gone AS (
    DELETE FROM billow_state WHERE connector = $1 AND key = ANY ($3::text[]) AND EXISTS (SELECT FROM fence)),
  kept AS (
    INSERT INTO billow_state SELECT $1, * FROM unnest($4::text[], $5::text[]) WHERE EXISTS (SELECT FROM fence)
    ON CONFLICT (connector, key) DO UPDATE SET value = excluded.value)
  SELECT count(*) AS fence FROM fence`
