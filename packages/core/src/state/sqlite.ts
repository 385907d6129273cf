import { DatabaseSync } from 'node:sqlite'
import { BillowError, describeError, LeaseHeld, LeaseLost, StateError } from '../errors.ts'
import { holderName } from './holder.ts'
import { lockFile } from './lock-file.ts'
import { openMemoryStore } from './memory.ts'
import { migrate } from './migrations.ts'
import { createMutex } from './mutex.ts'
import { keysOf } from './sqlite-keys.ts'
import type { Lease, State, StateStore } from './state.ts'

/** How long a write waits for another process that is writing. */
const BUSY_MS = 5000
/** The codes of SQLite for a full disk, and for one that fails, which a full one does as well. */
const SQLITE_FULL = 13
const SQLITE_IOERR = 10

/**
 * Opens the states in one SQLite file; `:memory:` keeps nothing. Every write is on the disk when it resolves
 * (write-ahead log, full sync). Reads outside of a transaction see what is committed, never half of one. Who works on a
 * connector holds a lock of the system beside the file, which ends with the process.
 * @throws BillowError where the file cannot be opened, or was written by a newer version. What fails later is a StateError.
 */
export function openSqliteStore(file: string): StateStore {
  if (file === ':memory:') return openMemoryStore()
  const { writer, reader } = connectAndMigrate(file)
  const connections = { file, writer, reader, exclusive: createMutex() }
  return {
    open: connector => openState(connector, connections),
    acquire: connector => acquire(connector, connections),
    async close() {
      await connections.exclusive(async () => {
        connections.reader.close()
        writer.close()
      })
    },
  }
}

function connectAndMigrate(file: string): { readonly writer: DatabaseSync; readonly reader: DatabaseSync } {
  try {
    const writer = connect(file)
    migrate(writer)
    return { writer, reader: connect(file) }
  } catch (error) {
    // Nobody shall give up a good ledger for want of room beside it.
    const advice = [SQLITE_FULL, SQLITE_IOERR].includes(codeOf(error))
      ? 'see that its disk works and has room, and start again'
      : 'restore it from a backup, or move it away to begin anew'
    throw new BillowError(`the state "${file}" cannot be opened; ${advice}: ${describeError(error)}`, {
      cause: error,
    })
  }
}

/** The code of SQLite, without what it says beyond (its upper bytes). */
const codeOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff

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

/** `fence` throws, inside of the transaction, where this process may write no more. */
function openState(connector: string, connections: Connections, fence?: () => void): State {
  const { file, reader, writer } = connections
  const outside = keysOf(reader, connector)
  const inside = keysOf(writer, connector)
  const transaction: State['transaction'] = work =>
    write(connections, async () => {
      fence?.()
      return work(inside)
    })
  return {
    place: file,
    get: outside.get,
    scan: outside.scan,
    set: (key, value) => transaction(keys => keys.set(key, value)),
    delete: key => transaction(keys => keys.delete(key)),
    transaction,
  }
}

/** All of the work's writes, or none. */
async function write<T>({ file, writer, exclusive }: Connections, work: () => Promise<T>): Promise<T> {
  return exclusive(async () => {
    try {
      writer.exec('BEGIN IMMEDIATE')
      const result = await work()
      writer.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk ends the transaction by itself; a second end would hide the reason.
      if (writer.isTransaction) writer.exec('ROLLBACK')
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw error
      const advice = codeOf(error) === SQLITE_FULL ? '; make room on its disk, and it goes on by itself' : ''
      throw new StateError(`the state "${file}" cannot be written${advice}`, error)
    }
  })
}

async function acquire(connector: string, connections: Connections): Promise<Lease> {
  const { file, reader, writer } = connections
  const unlock = lockFile(`${file}.${encodeURIComponent(connector)}.lock`)
  if (!unlock) {
    const found = reader.prepare('SELECT holder FROM lease WHERE connector = ?').get(connector)
    throw new LeaseHeld(connector, String(found?.['holder'] ?? 'another process'))
  }
  try {
    const taken = await write(connections, async () => writer.prepare(TAKE).get(connector, holderName()))
    const current = writer.prepare('SELECT token, holder FROM lease WHERE connector = ?')
    const lost = new AbortController()
    const fence = (): void => {
      const { token, holder } = current.get(connector) ?? {}
      if (token !== taken?.['token'])
        lost.abort(new LeaseLost(`${connector} was taken over by ${String(holder)}`))
      lost.signal.throwIfAborted()
    }
    return {
      state: openState(connector, connections, fence),
      lost: lost.signal,
      async release() {
        lost.abort(new LeaseLost(`${connector} was given back`))
        // What is being written ends first.
        await connections.exclusive(async () => unlock())
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** The token rises with each holder, so that one who was thought dead is known by an old one. */
const TAKE = `INSERT INTO lease (connector, token, holder) VALUES (?, 1, ?)
  ON CONFLICT (connector) DO UPDATE SET token = token + 1, holder = excluded.holder RETURNING token`
