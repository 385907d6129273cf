import type { Batch, Refusal } from '../connector.ts'
import type { Window } from './window.ts'

/** What one reading of a source is handed. */
export interface Reading {
  /** Resolves to the refusals when the batch's other events are safe. */
  readonly deliver: (batch: Batch) => Promise<readonly Refusal[]>
  readonly window: Window
  /** Aborts when the reading must end. */
  readonly reading: AbortSignal
  readonly endReading: () => void
  readonly onCommit: () => void
  readonly onRelease: (reason: Error) => void
}

/** Ends without an error where a reading ended because it was told to. */
export async function* untilAborted(
  batches: AsyncIterable<Batch>,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  try {
    yield* batches
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
