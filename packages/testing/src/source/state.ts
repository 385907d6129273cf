import type { State, StateWriter } from '@billow/core'
import { breathe } from '../patience.ts'
import type { Life } from './life.ts'

/**
 * A state in which a crash may strike. A write takes a moment, so that one which nobody waited for is lost by a crash;
 * a crash within a transaction undoes it.
 */
export function crashingState(state: State, { alive, reached }: Life): State {
  const single = async (write: () => Promise<void>): Promise<void> => {
    await breathe()
    alive()
    await write()
    reached('after a write to the state')
  }
  const within = async (write: () => Promise<void>): Promise<void> => {
    alive()
    await write()
    reached('after a write in a transaction')
  }
  return {
    ...state,
    set: (key, value) => single(() => state.set(key, value)),
    delete: key => single(() => state.delete(key)),
    async transaction(work) {
      await breathe()
      const result = await state.transaction((keys: StateWriter) =>
        work({
          ...keys,
          set: (key, value) => within(() => keys.set(key, value)),
          delete: key => within(() => keys.delete(key)),
        }),
      )
      reached('after a transaction')
      return result
    },
  }
}
