import type { Batch } from '../connector.ts'
import { sizeOf } from './size.ts'

/** Bounds how much is under way at once, and with it what is in memory and what a crash repeats. */
export interface Window {
  run<T>(batch: Batch, work: () => Promise<T>): Promise<T>
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
  const under = new Set<Promise<unknown>>()
  let heldEvents = 0
  let heldBytes = 0
  let wake = (): void => undefined
  const full = (): boolean => heldBytes >= bytes || (under.size >= batches && heldEvents >= events)
  return {
    run(batch, work) {
      const size = batch.bytes ?? batch.events.reduce((sum, event) => sum + sizeOf(event), 0)
      // An empty batch takes a place, too.
      const count = Math.max(1, batch.events.length)
      heldEvents += count
      heldBytes += size
      const running = work()
      const leave = (): void => {
        heldEvents -= count
        heldBytes -= size
        under.delete(settled)
        wake()
      }
      const settled: Promise<unknown> = running.then(leave, leave)
      under.add(settled)
      return running
    },
    async free() {
      // No race: each would leave something behind on work that takes long.
      while (under.size > 0 && full()) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
    async idle() {
      await Promise.all(under)
    },
  }
}
