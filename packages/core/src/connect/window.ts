import type { Batch } from '../connector.ts'
import { sizeOf } from './size.ts'

/** Bounds how much is under way at once, and with it what is in memory and what a crash repeats. */
export interface Window {
  run<T>(batch: Batch, work: () => Promise<T>): Promise<T>
  /** Whether no other batch may be read now. */
  full(): boolean
  /** Resolves when another batch may be read. */
  free(): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export interface WindowSize {
  /** So many batches may be under way, whatever they hold. */
  readonly batches: number
  /** Small batches may be more, up to so many events together. */
  readonly events?: number
  /** Of all that is under way; the batch that goes beyond it is the last that is read. */
  readonly bytes?: number
}

/** Some images run with 128 MiB, of which Node takes a good part. */
const MOST_BYTES = 16 * 1024 * 1024

export function createWindow({ batches, events = batches, bytes = MOST_BYTES }: WindowSize): Window {
  let under = 0
  let heldEvents = 0
  let heldBytes = 0
  let wake = (): void => undefined
  const empty = (): boolean => under === 0
  const full = (): boolean => !empty() && (heldBytes >= bytes || (under >= batches && heldEvents >= events))
  // No race of what is under way: each would leave something behind on work that takes long.
  const ended = (): Promise<void> =>
    new Promise(resolve => {
      wake = resolve
    })
  return {
    full,
    run(batch, work) {
      const size = batch.bytes ?? batch.events.reduce((sum, event) => sum + sizeOf(event), 0)
      // An empty batch takes a place, too.
      const count = Math.max(1, batch.events.length)
      under += 1
      heldEvents += count
      heldBytes += size
      const running = work()
      const leave = (): void => {
        under -= 1
        heldEvents -= count
        heldBytes -= size
        wake()
      }
      running.then(leave, leave)
      return running
    },
    async free() {
      while (full()) await ended()
    },
    async idle() {
      while (!empty()) await ended()
    },
  }
}
