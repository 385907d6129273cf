import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LeaseHeld, LeaseLost, StateError } from '../errors.ts'
import { bufferWrites } from './buffer.ts'
import { holderName } from './holder.ts'
import { migrate } from './migrations.ts'
import { createMutex } from './mutex.ts'
import { keysOf } from './sqlite-keys.ts'
import type { State, StateStore } from './state.ts'

/** States that are gone when the process ends. */
export const openMemoryStore = (): StateStore => storeOver(new DatabaseSync(':memory:'), 'memory')

/**
 * The same on the disk, for more than memory should hold: a file in the directory that has no name any more, so that the
 * system frees it when the process ends, however it ends.
 */
export function openScratchStore(directory: string): StateStore {
  const file = join(directory, `scratch-${randomUUID()}`)
  const database = new DatabaseSync(file)
  // With the journal in memory there is no other file; nothing here outlives a crash.
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE')
  const store = storeOver(database, `"${directory}"`)
  rmSync(file)
  return store
}

function storeOver(database: DatabaseSync, place: string): StateStore {
  migrate(database)
  const exclusive = createMutex()
  const held = new Set<string>()

  function open(connector: string, fence?: AbortSignal): State {
    const stored = keysOf(database, connector)
    const transaction: State['transaction'] = work =>
      exclusive(async () => {
        fence?.throwIfAborted()
        const { keys, writes } = bufferWrites(stored)
        const result = await work(keys)
        // All at once: nobody sees half of it.
        try {
          database.exec('BEGIN')
          await Promise.all(
            [...writes].map(([key, value]) =>
              value === undefined ? stored.delete(key) : stored.set(key, value),
            ),
          )
          database.exec('COMMIT')
        } catch (error) {
          if (database.isTransaction) database.exec('ROLLBACK')
          throw new StateError(`the state in ${place} cannot be written`, error)
        }
        return result
      })
    return {
      place,
      get: stored.get,
      scan: stored.scan,
      set: (key, value) => transaction(keys => keys.set(key, value)),
      delete: key => transaction(keys => keys.delete(key)),
      transaction,
    }
  }

  return {
    open: connector => open(connector),
    async acquire(connector) {
      if (held.has(connector)) throw new LeaseHeld(connector, holderName())
      held.add(connector)
      const lost = new AbortController()
      return {
        state: open(connector, lost.signal),
        lost: lost.signal,
        async release() {
          if (lost.signal.aborted) return
          lost.abort(new LeaseLost(`${connector} was given back`))
          await exclusive(async () => held.delete(connector))
        },
      }
    },
    close: () => exclusive(async () => database.close()),
  }
}
