import type { Batch } from '../connector.ts'
import { asError } from '../errors.ts'
import { type Reading, untilAborted } from './reading.ts'

/** One reading of an independent source: each batch ends alone, and its sender hears how. */
export async function readIndependent(batches: AsyncIterable<Batch>, options: Reading): Promise<void> {
  const { deliver, window, reading, onCommit, onRelease } = options
  const settle = async (batch: Batch): Promise<void> => {
    try {
      const refused = await deliver(batch)
      await batch.commit?.(refused)
      onCommit()
    } catch (error) {
      onRelease(asError(error))
      await batch.release?.(asError(error))
    }
  }
  try {
    for await (const batch of untilAborted(batches, reading)) {
      void window.run(() => settle(batch))
      await window.free()
    }
  } finally {
    await window.idle()
  }
}
