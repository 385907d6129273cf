import type { Batch, Refusal } from '../connector.ts'
import { BillowError } from '../errors.ts'

/** So many refusals without a success say that the sink, not an event, is the trouble. */
export const MOST_HELD = 20

/** The sink refused all that it was sent. Nothing of it is committed; the connector is failed, and tries again. */
export class NothingTaken extends BillowError {}

export interface Settled {
  readonly batch: Batch
  readonly refused: readonly Refusal[]
}

/**
 * What becomes of refusals in one run: from a start, or from where the source said that it had read all there is,
 * to the next such place. While nothing was taken, batches with refusals are held; the first success lets them go on.
 */
export interface Holding {
  /** Whether the sink took an event in this run. */
  readonly taken: boolean
  noteTaken(): void
  /** Finishes a batch or holds it; called in reading order. Throws `NothingTaken` when enough was held. */
  settle(one: Settled): Promise<void>
  /** Throws `NothingTaken` where something is held: nothing more will come. */
  end(): void
  /** Releases what is held. */
  giveBack(reason: Error): Promise<void>
}

export function createHolding(
  finish: (one: Settled) => Promise<void>,
  onHold: (refused: readonly Refusal[]) => void,
): Holding {
  const held: Settled[] = []
  let taken = false
  const refusals = (): readonly Refusal[] => held.flatMap(({ refused }) => refused)
  return {
    get taken() {
      return taken
    },
    noteTaken() {
      taken = true
    },
    async settle(one) {
      const { batch, refused } = one
      taken ||= batch.events.length > refused.length
      if (!taken && held.length + refused.length > 0) {
        const all = [...refusals(), ...refused]
        if (batch.events.length === 0 || all.length >= MOST_HELD) throw nothingTaken(all)
        held.push(one)
        onHold(all)
        return
      }
      for (let next = held[0]; next; next = held[0]) {
        await finish(next)
        held.shift()
      }
      await finish(one)
      // Neither events nor a place to save: the source has read all there is.
      if (batch.events.length === 0 && !batch.commit) taken = false
    },
    end() {
      if (held.length > 0) throw nothingTaken(refusals())
    },
    async giveBack(reason) {
      // Where even this fails, the batch is read again all the same.
      for (const { batch } of held.splice(0)) await batch.release?.(reason).catch(() => undefined)
    },
  }
}

export function nothingTaken(refused: readonly Refusal[]): NothingTaken {
  const [first] = refused
  const count = refused.length === 1 ? 'the only event' : `all ${refused.length} events`
  return new NothingTaken(
    `the sink refused ${count} of this run and took none, the first of them ${first?.event.id}: ${first?.reason}; nothing is dropped: correct what it objects to`,
  )
}
