import { setImmediate } from 'node:timers/promises'
import { eventToJson, validateEvent } from '../cloudevents/index.ts'
import type { Clock } from '../clock.ts'
import type { CloudEvent, Outcome } from '../connector.ts'
import { Refused, Retryable } from '../errors.ts'
import { type BatchItem, sendBatch } from './batch-request.ts'
import { createOutcomes, type Outcomes } from './outcomes.ts'
import { type Mode, type Post, STOPPED } from './sender.ts'

export interface GatherOptions {
  /** Events in a request at the most. */
  readonly size: number
  /** What a request's body may grow to; a single event may be larger. */
  readonly bytes: number
  /** How long an event may wait for others to go with. */
  readonly waitMs: number
  /** Requests that may be outstanding at once. */
  readonly maxInFlight: number
  readonly mode: Mode
  readonly clock: Clock
  readonly post: Post
}

/** Carries the events of many writes in common requests; each write hears of its own events only. */
export interface Gathering {
  write(events: readonly CloudEvent[], signal: AbortSignal): Promise<Outcome>
  /** Ends what waits for time to pass. */
  end(): void
}

/** One `write` that is under way. */
interface Write {
  readonly outcomes: Outcomes
  /** Events whose end is not known yet. */
  open: number
  readonly finish: () => void
}

interface Item extends BatchItem {
  readonly bytes: number
  readonly write: Write
}

/**
 * A request leaves when it is full, or when its oldest event has waited long enough, or, without a wait, as soon as
 * there is a place for it: then what arrives while all places are taken goes together. The first failure of a write
 * starts no further request for it; requests under way are waited for.
 */
export function createGathering({ size, bytes, waitMs, maxInFlight, ...rest }: GatherOptions): Gathering {
  const { mode, clock, post } = rest
  const ending = new AbortController()
  let waiting: Item[] = []
  let waitingBytes = 0
  /** How many of those that wait may go, full request or not. */
  let ready = 0
  let inFlight = 0
  let ripening = false

  const settle = ({ write }: Item): void => {
    write.open -= 1
    if (write.open === 0) write.finish()
  }
  /** What of a write still waits is unsent. */
  const giveBack = (write: Write): void => {
    const given = waiting.filter(item => item.write === write)
    if (given.length === 0) return
    waiting = waiting.filter(item => item.write !== write)
    waitingBytes -= given.reduce((sum, item) => sum + item.bytes, 0)
    ready = Math.min(ready, waiting.length)
    given.forEach(settle)
  }
  const isOver = ({ write }: Item): boolean => write.outcomes.failed
  const conclude = (item: Item, end: 'safe' | 'unsent' | Error): void => {
    const { event, write } = item
    const { outcomes } = write
    if (end === 'safe') outcomes.safe(event)
    else if (end instanceof Refused) outcomes.refuse(event, end)
    else if (end !== 'unsent') {
      if (!outcomes.failed) giveBack(write)
      outcomes.fail(end)
    }
    settle(item)
  }

  /** The events of the next request. */
  const take = (): readonly Item[] => {
    let count = 0
    let length = 0
    for (const item of waiting) {
      if (count === size || (count > 0 && length + item.bytes > bytes)) break
      count += 1
      length += item.bytes
    }
    waitingBytes -= length
    ready = Math.max(0, ready - count)
    return waiting.splice(0, count)
  }
  const mayLeave = (): boolean =>
    inFlight < maxInFlight && (ready > 0 || waiting.length >= size || waitingBytes > bytes)
  const pump = (): void => {
    while (mayLeave()) {
      inFlight += 1
      void sendBatch(take(), { mode, post, isOver, conclude }).finally(() => {
        inFlight -= 1
        pump()
      })
    }
    if (waiting.length > ready && !ripening) void ripen()
  }
  const ripen = async (): Promise<void> => {
    ripening = true
    // Without a wait, too, what arrives in one turn of the event loop goes together.
    await (waitMs > 0 ? clock.sleep(waitMs, ending.signal) : setImmediate()).catch(() => undefined)
    ripening = false
    ready = waiting.length
    pump()
  }

  return {
    async write(events, signal) {
      const outcomes = createOutcomes(events)
      const { promise, resolve } = Promise.withResolvers<void>()
      const write: Write = { outcomes, open: 0, finish: resolve }
      const stop = (): void => {
        outcomes.fail(new Retryable(STOPPED))
        giveBack(write)
      }
      for (const event of events) {
        try {
          validateEvent(event)
          const text = eventToJson(event)
          const item = { event, text, bytes: Buffer.byteLength(text) + 1, signal, write }
          write.open += 1
          waiting.push(item)
          waitingBytes += item.bytes
        } catch (error) {
          outcomes.refuse(event, error)
        }
      }
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      pump()
      if (write.open > 0) await promise
      signal.removeEventListener('abort', stop)
      return outcomes.outcome()
    },
    end: () => ending.abort(),
  }
}
