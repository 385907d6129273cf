import type { Batch, CloudEvent, Refusal } from '../connector.ts'
import type { Window } from './window.ts'

/** What one reading of a source is handed. */
export interface Reading {
  /** Resolves to the refusals when the other events are safe. */
  readonly deliver: (events: readonly CloudEvent[]) => Promise<readonly Refusal[]>
  readonly window: Window
  /** Counts a batch from here on; the one that it gives back says how it ended. */
  readonly track: (batch: Batch) => Batch
  /** Aborts when the reading must end. */
  readonly reading: AbortSignal
  readonly endReading: () => void
  readonly onCommit: (batch: Batch) => void
  readonly onRelease: (reason: Error) => void
}

/**
 * Hands on each batch until the reading is told to end, whether or not the source looks at its signal, and then ends
 * without an error. A loop: a generator around the source's would cost each event several promises more.
 */
export async function takeEach(
  batches: AsyncIterable<Batch>,
  { reading, track, window }: Pick<Reading, 'reading' | 'track' | 'window'>,
  take: (batch: Batch) => void,
): Promise<void> {
  try {
    for await (const batch of batches) {
      take(track(batch))
      if (window.full()) await window.free()
      if (reading.aborted) return
    }
  } catch (error) {
    if (!reading.aborted) throw error
  }
}
