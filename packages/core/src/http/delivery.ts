import { validateEvent } from '../cloudevents/index.ts'
import type { CloudEvent, Outcome } from '../connector.ts'
import { Refused, Retryable } from '../errors.ts'
import type { Limiter } from './limiter.ts'
import { createOutcomes } from './outcomes.ts'
import { attempt, type Mode, messageOf, type Post, STOPPED } from './sender.ts'

export interface DeliveryOptions {
  readonly mode: Mode
  readonly maxInFlight: number
  readonly limiter: Limiter
  readonly post: Post
  readonly signal: AbortSignal
}

/**
 * One attempt for each event, in a request of its own. The first failure starts no further request, so that a target
 * that is down is not hammered, but waits for those under way, so that what succeeded is known.
 */
export async function deliverOnce(events: readonly CloudEvent[], options: DeliveryOptions): Promise<Outcome> {
  const { mode, maxInFlight, limiter, post, signal } = options
  const outcomes = createOutcomes(events)
  let next = 0

  const send = async (event: CloudEvent): Promise<void> => {
    try {
      validateEvent(event)
    } catch (error) {
      return outcomes.refuse(event, error)
    }
    const error = await attempt(post, () => messageOf(event, mode), signal)
    if (!error) outcomes.safe(event)
    else if (error instanceof Refused) outcomes.refuse(event, error)
    else outcomes.fail(error)
  }
  const work = async (): Promise<void> => {
    while (!outcomes.failed && next < events.length) {
      const leave = await limiter.enter(signal)
      try {
        const event = outcomes.failed ? undefined : events[next++]
        if (!event) return
        await send(event)
      } finally {
        leave()
      }
    }
  }
  const stopped = (): void => outcomes.fail(new Retryable(STOPPED))
  const workers = Math.min(maxInFlight, events.length)
  await Promise.all(Array.from({ length: workers }, () => work().catch(stopped)))
  return outcomes.outcome()
}
