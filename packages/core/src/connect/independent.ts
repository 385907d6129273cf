import type { Batch } from '../connector.ts'
import { asError, Gone } from '../errors.ts'
import { type Reading, takeEach } from './reading.ts'

/**
 * One reading of an independent source: each batch ends alone, and its sender hears how.
 * @throws Gone when the sink wants nothing more; the reading ends then.
 */
export async function readIndependent(batches: AsyncIterable<Batch>, options: Reading): Promise<void> {
  const { deliver, window, endReading, onCommit, onRelease } = options
  let gone: Gone | undefined
  const settle = async (batch: Batch): Promise<void> => {
    try {
      const refused = await deliver(batch.events)
      await batch.commit?.(refused)
      onCommit(batch)
    } catch (error) {
      const reason = asError(error)
      onRelease(reason)
      await batch.release?.(reason)
      if (!(reason instanceof Gone)) return
      gone = reason
      endReading()
    }
  }
  try {
    await takeEach(batches, options, batch => void window.run(batch, () => settle(batch)))
  } finally {
    await window.idle()
  }
  if (gone) throw gone
}
