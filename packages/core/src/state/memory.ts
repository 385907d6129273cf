import { DatabaseSync } from 'node:sqlite'
import { LeaseHeld, LeaseLost } from '../errors.ts'
import { bufferWrites } from './buffer.ts'
import { holderName } from './holder.ts'
import { migrate } from './migrations.ts'
import { createMutex } from './mutex.ts'
import { keysOf } from './sqlite-keys.ts'
import type { State, StateStore } from './state.ts'

/** States that are gone when the process ends. */
export function openMemoryStore(): StateStore {
  const database = new DatabaseSync(':memory:')
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
        await Promise.all(
          [...writes].map(([key, value]) =>
            value === undefined ? stored.delete(key) : stored.set(key, value),
          ),
        )
        return result
      })
    return {
      place: 'memory',
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
