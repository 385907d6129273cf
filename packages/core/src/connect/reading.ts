import type { Batch, CloudEvent, Refusal } from '../connector.ts'
import type { Window } from './window.ts'

/** What one reading of a source is handed. */
export interface Reading {
  /** Resolves to the refusals when the other events are safe. */
  readonly deliver: (events: readonly CloudEvent[]) => Promise<readonly Refusal[]>
  readonly window: Window
  /** Aborts when the reading must end. */
  readonly reading: AbortSignal
  readonly endReading: () => void
  readonly onCommit: (batch: Batch) => void
  readonly onRelease: (reason: Error) => void
}

/** Ends when a reading is told to, whether or not the source looks at its signal, and then without an error. */
export async function* untilAborted(
  batches: AsyncIterable<Batch>,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  try {
    for await (const batch of batches) {
      yield batch
      if (signal.aborted) return
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
