import type { Batch, CloudEvent, Refusal, Source } from '@billow/core'
import { breathe } from '../patience.ts'
import type { Life } from './life.ts'

/** A source whose batches are seen on their way. */
export interface Watched {
  readonly source: Source
  /** The events of each batch, in the order in which they were read. */
  readonly batches: readonly (readonly CloudEvent[])[]
  /** What was committed as refused. */
  readonly refused: readonly CloudEvent[]
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}

export interface Watching {
  onBatch(events: readonly CloudEvent[]): void
  onCommit(): void
}

/** A sink that holds batches back would be waited for in vain. */
const MOST_ROUNDS = 1000

export function watchBatches(source: Source, life: Life, { onBatch, onCommit }: Watching): Watched {
  const batches: (readonly CloudEvent[])[] = []
  const refused: CloudEvent[] = []
  const underWay = new Set<Batch>()

  function watch(batch: Batch): Batch {
    const { events } = batch
    // Without events and `commit` it says that all was read, and has to stay so.
    if (events.length === 0 && !batch.commit) return batch
    underWay.add(batch)
    return {
      events,
      async commit(refusals: readonly Refusal[]) {
        life.reached('before a commit')
        await batch.commit?.(refusals)
        refused.push(...refusals.map(({ event }) => event))
        underWay.delete(batch)
        onCommit()
        life.reached('after a commit')
      },
      async release(reason) {
        underWay.delete(batch)
        // A process that crashed releases nothing; but its connections are cut, as a release does it here.
        if (!life.crashed || source.order === 'independent') await batch.release?.(reason)
      },
    }
  }

  return {
    batches,
    refused,
    async settled() {
      for (let round = 0; underWay.size > 0 && round < MOST_ROUNDS; round += 1) await breathe()
    },
    source: {
      name: source.name,
      config: source.config,
      order: source.order,
      async *read(context) {
        for await (const batch of source.read(context)) {
          batches.push(batch.events)
          const watched = watch(batch)
          life.reached('after a batch was read')
          onBatch(batch.events)
          yield watched
        }
      },
    },
  }
}
