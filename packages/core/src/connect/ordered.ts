import type { Batch, Refusal } from '../connector.ts'
import { asError, Refused } from '../errors.ts'
import { type Reading, untilAborted } from './reading.ts'

/**
 * One reading of an ordered source: several batches may be under way, and commits follow reading order. The first
 * batch that fails ends the reading; it and all later ones are released. A reading that breaks off takes nothing back.
 * @throws the reason of the failure, when nothing is under way any more.
 */
export async function readOrdered(batches: AsyncIterable<Batch>, options: Reading): Promise<void> {
  const { deliver, window, reading, endReading, onCommit } = options
  let failure: Error | undefined
  let broken: Error | undefined
  let commits: Promise<void> = Promise.resolve()

  const settle = async (batch: Batch, earlier: Promise<void>): Promise<void> => {
    const delivery = deliver(batch)
    // Its failure is seen in its turn.
    delivery.catch(() => undefined)
    await earlier
    try {
      const refused = await delivery
      if (!failure) {
        hold(refused)
        await batch.commit?.(refused)
        onCommit()
        return
      }
    } catch (error) {
      failure ??= asError(error)
      endReading()
    }
    // Where even this fails, the batch is read again all the same.
    await batch.release?.(failure).catch(() => undefined)
  }

  try {
    for await (const batch of untilAborted(batches, reading)) {
      const earlier = commits
      // Under way until it is committed: the memory and what a crash repeats are bounded by the window.
      commits = window.run(() => settle(batch, earlier))
      await window.free()
    }
  } catch (error) {
    broken = asError(error)
  }
  await commits
  if (failure ?? broken) throw failure ?? broken
}

/** Nothing is dropped: until something keeps refused events, they hold their batch. */
function hold(refused: readonly Refusal[]): void {
  const [first] = refused
  if (!first) return
  const { event, reason, status } = first
  throw new Refused(
    `the sink refused ${refused.length} of the events for good, the first of them ${event.id}: ${reason}`,
    status === undefined ? {} : { status },
  )
}
