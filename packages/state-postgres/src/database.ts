import pg from 'pg'
import { parse } from 'pg-connection-string'
import { explain } from './explain.ts'
import { migrate } from './migrations.ts'

/** A query, on any connection or on the one of a transaction. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<pg.QueryResult>

export interface Database {
  /** Where it is, for messages: no user, no password. */
  readonly place: string
  readonly query: Query
  /** Gives a connection of its own to some work. */
  use<T>(work: (query: Query) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Of one process, however many connectors it has: a server has some hundred in all. */
const CONNECTIONS = 5
const CONNECT_MS = 10_000
/** A connection on which nothing comes back is given up. */
const ANSWER_MS = 30_000

/**
 * What a write promises holds whatever the server's default is, and a process that sleeps in the middle of a transaction
 * does not hold up the one that takes over.
 */
const SETTINGS = `SELECT set_config('idle_in_transaction_session_timeout', $1, false),
  CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END`

export function connectTo(url: string, leaseSeconds: number): Database {
  const { host, port, database } = parse(url)
  const place = `postgres://${host ?? 'localhost'}:${port || 5432}/${database ?? ''}`
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    application_name: 'billow',
    onConnect: (client): unknown => client.query(SETTINGS, [String(leaseSeconds * 1000)]),
  })
  // A connection that breaks while nobody uses it is replaced when somebody does.
  pool.on('error', () => undefined)

  async function use<T>(work: (query: Query) => Promise<T>): Promise<T> {
    let client: pg.PoolClient | undefined
    let failure: unknown
    try {
      const taken = await pool.connect()
      client = taken
      taken.on('error', ignore)
      return await work((text, values = []) => taken.query(text, [...values]))
    } catch (error) {
      failure = error
      throw explain(error, place)
    } finally {
      client?.off('error', ignore)
      // After a failure nobody knows what state the connection is in.
      client?.release(failure !== undefined)
    }
  }

  let ready: Promise<void> | undefined
  const prepare = (): Promise<void> => {
    ready ??= use(migrate).catch((error: unknown) => {
      ready = undefined
      throw error
    })
    return ready
  }
  const prepared: Database['use'] = async work => {
    await prepare()
    return use(work)
  }
  return {
    place,
    use: prepared,
    query: (text, values) => prepared(query => query(text, values)),
    close: () => pool.end(),
  }
}

/** The query that is under way says it. */
const ignore = (): void => undefined
