import { type CloudEvent, type Outcome, type Sink, Type } from '@billow/core'
import { breathe } from '../patience.ts'
import type { Life } from './life.ts'

/** How a sink answers an attempt. */
export type Answer = (
  events: readonly CloudEvent[],
  signal: AbortSignal,
) => Promise<Outcome | undefined> | Outcome | undefined

/** How the sink of a run behaves. */
export type Sinking = { readonly answer?: Answer; readonly concurrency?: number }

/** A sink that has several writes under way, each for a while. */
export function slowSink(random: () => number): Sinking {
  return {
    concurrency: WRITES_AT_ONCE,
    async answer() {
      for (let rounds = Math.ceil(random() * MOST_ROUNDS); rounds > 0; rounds -= 1) await breathe()
      return undefined
    },
  }
}

export const WRITES_AT_ONCE = 4
const MOST_ROUNDS = 8

interface SinkOptions {
  readonly answer: Answer
  readonly concurrency: number
  readonly life: Life
  onSafe(events: readonly CloudEvent[]): void
}

/** A sink that answers as it is told, and counts as safe what it did not refuse or leave. */
export function sinkOf({ answer, concurrency, life, onSafe }: SinkOptions): Sink {
  return {
    name: 'sink-of-the-test',
    config: Type.Object({}),
    open: async () => ({
      concurrency,
      async write(events, signal) {
        life.reached('before a write')
        const outcome = await answer(events, signal)
        // What is under way at a crash does not arrive.
        life.reached('during a write')
        const refused = (outcome?.refused ?? []).map(({ event }) => event)
        const left = new Set([...(outcome?.unsent ?? []), ...refused])
        onSafe(events.filter(event => !left.has(event)))
        life.reached('after a write')
        return outcome
      },
    }),
  }
}
