import type { Batch, CloudEvent, Refusal } from '../connector.ts'
import type { Keeper } from '../dead-letters/keeper.ts'
import { asError, Retryable } from '../errors.ts'
import { createHolding, MOST_HELD, nothingTaken } from './holding.ts'
import { type Reading, takeEach } from './reading.ts'

export interface OrderedReading extends Reading {
  readonly keeper: Keeper
  /** Told when refusals are held because nothing was taken yet. */
  readonly onHold: (refused: readonly Refusal[]) => void
}

/**
 * One reading of an ordered source: several batches may be under way, and commits follow reading order. Refused events
 * are dead letters before their batch is committed. The first batch that fails ends the reading; it, what is held and
 * all later ones are released. A reading that breaks off takes nothing back.
 * @throws the reason of the failure, when nothing is under way any more.
 */
export async function readOrdered(batches: AsyncIterable<Batch>, options: OrderedReading): Promise<void> {
  const { deliver, window, reading, endReading, onCommit, keeper, onHold } = options
  let failure: Error | undefined
  let broken: Error | undefined
  let commits: Promise<void> = Promise.resolve()
  const holding = createHolding(async ({ batch, refused }) => {
    await keeper.settle(batch.events, refused)
    await batch.commit?.(refused)
    onCommit(batch)
  }, onHold)

  /** While nothing was taken, only some events are sent at once: a sink that refuses all does not see the whole bill. */
  const deliverInParts = async (
    events: readonly CloudEvent[],
    earlier: Promise<void>,
  ): Promise<readonly Refusal[]> => {
    const refused: Refusal[] = []
    for (let at = 0; at < events.length; ) {
      if (failure) throw failure
      const part = events.slice(at, holding.taken ? events.length : at + MOST_HELD)
      const refusals = await deliver(part)
      refused.push(...refusals)
      at += part.length
      if (refusals.length < part.length) holding.noteTaken()
      if (holding.taken || refused.length < MOST_HELD) continue
      // An event of an earlier batch may be taken yet.
      await earlier
      if (!holding.taken) throw nothingTaken(refused)
    }
    return refused
  }

  const inTurn = async ({ events }: Batch, earlier: Promise<void>): Promise<readonly Refusal[]> => {
    await earlier
    // What is held was not taken, and nothing that would follow it may go before it.
    if (!failure) holding.end()
    return deliverInParts(events, earlier)
  }

  const settle = async (batch: Batch, earlier: Promise<void>): Promise<void> => {
    const delivery = batch.inTurn ? inTurn(batch, earlier) : deliverInParts(batch.events, earlier)
    // Its failure is seen in its turn.
    delivery.catch(() => undefined)
    await earlier
    try {
      const refused = await delivery
      if (!failure) {
        await holding.settle({ batch, refused })
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
    await takeEach(batches, options, batch => {
      const earlier = commits
      // Under way until it is committed or held: the memory and what a crash repeats are bounded by the window.
      commits = window.run(batch, () => settle(batch, earlier))
    })
  } catch (error) {
    broken = asError(error)
  }
  await commits
  try {
    if (!reading.aborted && !broken) holding.end()
  } catch (error) {
    failure = asError(error)
  }
  const reason = failure ?? broken
  await holding.giveBack(reason ?? new Retryable('stopped before the sink took anything'))
  if (reason) throw reason
}
