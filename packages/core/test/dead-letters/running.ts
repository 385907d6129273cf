import { Type } from 'typebox'
import type { Batch, CloudEvent, Context, Refusal, Sink, Source } from '../../src/connector.ts'
import type { DeadLetter } from '../../src/dead-letters/dead-letter.ts'
import { openDeadLetters } from '../../src/dead-letters/store.ts'
import type { State } from '../../src/state/state.ts'
import { type RunOptions, run as start } from '../support/run.ts'

export const eventOf = (id: string | number, more: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id: String(id),
  source: 's',
  type: 't',
  ...more,
})

export const idsOf = (events: readonly CloudEvent[]): string[] => events.map(({ id }) => id)

/** Refuses the events that `bad` names. */
export const refusing =
  (bad: (event: CloudEvent) => boolean) =>
  (events: readonly CloudEvent[]): { refused: Refusal[] } => ({
    refused: events.filter(bad).map(event => ({ event, reason: `no ${event.id}`, status: 422 })),
  })

/** The mark with which a source says that it has read all there is. */
export const CAUGHT_UP = 'caught up'

/** An ordered source that goes on behind the last batch that was committed; it remembers what became of each. */
export function resuming(batches: readonly (readonly CloudEvent[] | typeof CAUGHT_UP)[]) {
  const fate: string[] = []
  let next = 0
  const source: Source = {
    name: 'resuming',
    config: Type.Object({}),
    order: 'ordered',
    async *read({ signal }: Context): AsyncGenerator<Batch> {
      for (let at = next; at < batches.length && !signal.aborted; at += 1) {
        const events = batches[at]
        if (events === CAUGHT_UP || !events) {
          yield { events: [] }
          continue
        }
        yield {
          events,
          async commit() {
            next = at + 1
            fate.push(`commit ${idsOf(events).join('')}`)
          },
          async release() {
            fate.push(`release ${idsOf(events).join('')}`)
          },
        }
      }
    },
  }
  return { source, fate, committed: () => next }
}

export function run(source: Source, sink: Sink, options: RunOptions = {}) {
  const running = start(source, sink, options)
  return { ...running, letters: () => lettersOf(running.state) }
}

export const lettersOf = (state: State): Promise<DeadLetter[]> =>
  Array.fromAsync(openDeadLetters(state).list())
