import type { Context as TraceContext } from '@opentelemetry/api'
import type { Batch, CloudEvent, Refusal } from '../connector.ts'
import { Retryable } from '../errors.ts'
import type { Rejection } from './answer.ts'

/** The batch of one request. Its sender is answered once: by `commit`, `release`, or a stop before either. */
export interface PostedBatch extends Batch {
  /** Answers without the events having been taken. */
  turnAway(rejection: Rejection): void
}

/** `answer` is told how the request ends: nothing where every event is safe. */
export function postedBatch(
  events: readonly CloudEvent[],
  from: { readonly bytes: number; readonly trace?: TraceContext | undefined },
  answer: (rejection: Rejection | undefined) => void,
): PostedBatch {
  let answered = false
  const answerOnce: typeof answer = rejection => {
    if (!answered) answer(rejection)
    answered = true
  }
  return {
    events,
    bytes: from.bytes,
    ...(from.trace && { trace: from.trace }),
    commit(refused) {
      answerOnce(refused.length > 0 ? refusalOf(events, refused) : undefined)
      return Promise.resolve()
    },
    release(reason) {
      answerOnce(comeLater(reason))
      return Promise.resolve()
    },
    turnAway: answerOnce,
  }
}

// Why it failed is said in our log: it names targets that are no business of the sender.
export function comeLater(reason: Error): Rejection {
  const waitMs = reason instanceof Retryable ? (reason.retryAfterMs ?? 0) : 0
  return {
    status: 503,
    error: 'the events could not be delivered now; send them again later',
    headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) },
  }
}

function refusalOf(events: readonly CloudEvent[], refusals: readonly Refusal[]): Rejection {
  const places = new Map(events.map((event, index) => [event, index]))
  const refused = refusals.map(({ event, reason }) => ({ index: places.get(event), id: event.id, reason }))
  const [first] = refused
  const error =
    events.length === 1
      ? `refused: ${first?.reason}`
      : `refused ${refused.length} of ${events.length} events, the first because: ${first?.reason}; the others are safe`
  return { status: 400, error, details: { refused } }
}
