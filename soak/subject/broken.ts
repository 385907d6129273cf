import type { Source, State, StateWriter } from '@billow/core'

interface Break {
  /** The source that it is shown on. */
  readonly arm: 'billing' | 'outbox'
  readonly apply: (source: Source) => Source
}

/** Ways to break the runtime on purpose. A soak that does not notice each of them proves nothing. */
export const BREAKS: Readonly<Record<string, Break>> = {
  /** The place to go on from is saved before the events are safe. */
  'commit-before-delivery': { arm: 'billing', apply: commitFirst },
  /** Writes that belong together are made one by one. */
  'no-transaction': {
    arm: 'outbox',
    apply: source => withState(source, state => ({ ...state, transaction: work => work(state) })),
  },
  /** A day's rows are kept in memory, and never reach the disk. */
  'spool-skipped': { arm: 'billing', apply: source => withState(source, spoolInMemory) },
}

function commitFirst(source: Source): Source {
  return {
    ...source,
    async *read(context) {
      for await (const { events, commit } of source.read(context)) {
        await commit?.([])
        yield { events }
      }
    },
  }
}

function withState(source: Source, change: (state: State) => State): Source {
  return { ...source, read: context => source.read({ ...context, state: change(context.state) }) }
}

const ROWS = 'row/'

function spoolInMemory(state: State): State {
  const rows = new Map<string, string>()
  const change = (keys: StateWriter): StateWriter => {
    return {
      get: async key => (key.startsWith(ROWS) ? rows.get(key) : keys.get(key)),
      async set(key, value) {
        if (key.startsWith(ROWS)) rows.set(key, value)
        else await keys.set(key, value)
      },
      async delete(key) {
        if (!rows.delete(key)) await keys.delete(key)
      },
      async *scan(prefix, options = {}) {
        const found = [...rows].filter(([key]) => key.startsWith(prefix) && key > (options.after ?? ''))
        if (prefix.startsWith(ROWS)) yield* found.toSorted(([a], [b]) => (a < b ? -1 : 1))
        else yield* keys.scan(prefix, options)
      },
    }
  }
  return { ...state, ...change(state), transaction: work => state.transaction(keys => work(change(keys))) }
}
