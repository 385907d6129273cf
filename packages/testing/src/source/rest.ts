import { type Clock, type CloudEvent, Retryable } from '@billow/core'
import { setTimeout } from 'node:timers/promises'
import { type JumpingClock, sleepUntilAborted } from '../clock.ts'

/** Nothing new for so long, by the jumping clock: all there is was read. */
const QUIET_MS = 300_000
/** For what a source would yield beyond what it should. */
const MORE_MS = 30

export interface RestOptions {
  readonly clock: JumpingClock
  readonly stop: AbortController
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  /** Whether the first wait of the source is where it is told to stop; its wait is then over only by its signal. */
  readonly stopAtWait: boolean
  readonly produces: number | undefined
  /** Pauses in a row in which no event became safe, until it is given up. */
  readonly mostPauses: number
}

/** Finds out when a source has read all there is, and tells it to stop. */
export interface Rest {
  readonly sourceClock: Clock
  readonly runtimeClock: Clock
  readonly stuck: boolean
  onBatch(events: readonly CloudEvent[]): void
  /** An event became safe that was not before. */
  onProgress(): void
  onCommit(done: number): void
}

export function createRest({ clock, stop, settled, stopAtWait, produces, mostPauses }: RestOptions): Rest {
  let quietMs = 0
  let pauses = 0
  return {
    get stuck() {
      return pauses > mostPauses
    },
    onBatch(events) {
      if (events.length > 0) quietMs = 0
    },
    onProgress() {
      pauses = 0
    },
    onCommit(done) {
      if (done === produces) void setTimeout(MORE_MS).then(() => stop.abort())
    },
    /** A source that sleeps while nothing is under way has read all there is so far. */
    sourceClock: {
      now: clock.now,
      async sleep(ms, signal) {
        signal?.throwIfAborted()
        if (stopAtWait) {
          stop.abort()
          await sleepUntilAborted(signal)
        }
        await settled()
        quietMs += ms
        if (quietMs >= QUIET_MS) stop.abort()
        await clock.sleep(ms, stop.signal)
      },
    },
    runtimeClock: {
      now: clock.now,
      async sleep(ms, signal) {
        pauses += 1
        if (pauses > mostPauses) stop.abort(new Retryable('nothing becomes safe any more'))
        await clock.sleep(ms, signal)
      },
    },
  }
}
