import type { Context, Sink, Writer } from '@billow/core'

/** Ways to break the sink of CloudZero on purpose, from its outside. */
export const SINK_BREAKS: Readonly<Record<string, (sink: Sink) => Sink>> = {
  /** Charges are acknowledged before they are on the disk. */
  'acknowledged-early': sink => ({
    ...sink,
    async open(context) {
      const writer: Writer = await sink.open(context)
      const write: Writer['write'] = async (events, signal) => {
        // As long as a busy disk may take that is asked to write later.
        setTimeout(() => void Promise.resolve(writer.write(events, signal)).catch(() => undefined), 500)
      }
      return { ...writer, write }
    },
  }),
  /** Writes that belong together are made one by one. */
  'no-transaction': withState(state => ({ ...state, transaction: work => work(state) })),
  /** What was replaced is not remembered, and counts when it comes late. */
  'gone-forgotten': withState(state => {
    const forgetful: Context['state']['transaction'] = work =>
      state.transaction(keys =>
        work({
          ...keys,
          set: async (key, value) =>
            /\/at\//.test(key) && value.startsWith('gone/') ? keys.delete(key) : keys.set(key, value),
        }),
      )
    return { ...state, transaction: forgetful }
  }),
}

function withState(change: (state: Context['state']) => Context['state']): (sink: Sink) => Sink {
  return sink => ({ ...sink, open: context => sink.open({ ...context, state: change(context.state) }) })
}
