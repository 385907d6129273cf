import {
  encodeBinary,
  encodeStructured,
  joinBatch,
  type Message,
  validateEvent,
} from '../cloudevents/index.ts'
import type { CloudEvent, Outcome, Refusal } from '../connector.ts'
import { AuthError, describeError, Gone, Refused, Retryable } from '../errors.ts'
import type { Limiter } from './limiter.ts'
import { cutPieces, halve, type Piece } from './pieces.ts'

const MOST_BATCH_BYTES = 1024 * 1024

export interface DeliveryOptions {
  readonly mode: 'structured' | 'binary'
  readonly batchSize: number
  readonly maxInFlight: number
  readonly limiter: Limiter
  /** Posts one message: nothing where it is safe, else why not. */
  readonly post: (message: Message, signal: AbortSignal) => Promise<Error | undefined>
  readonly signal: AbortSignal
}

/**
 * One attempt for each event. The first failure starts no further request, so that a target that is down is not
 * hammered, but waits for those under way, so that what succeeded is known.
 */
export async function deliverOnce(events: readonly CloudEvent[], options: DeliveryOptions): Promise<Outcome> {
  const { mode, batchSize, maxInFlight, limiter, post, signal } = options
  const settled = new Set<CloudEvent>()
  const refused: Refusal[] = []
  const failures: Error[] = []
  const refuse = (event: CloudEvent, error: unknown): void => {
    const status = error instanceof Refused ? error.status : undefined
    settled.add(event)
    refused.push({ event, reason: describeError(error), ...(status !== undefined && { status }) })
  }
  const pieces = cutPieces(valid(events, refuse), {
    size: batchSize,
    bytes: MOST_BATCH_BYTES,
    onFault: refuse,
  })

  const send = async (piece: Piece): Promise<void> => {
    if (failures.length > 0) return
    const error = await tryPiece(piece)
    if (error instanceof Refused) {
      const [alone] = piece.events
      if (piece.texts) for (const half of halve(piece)) await send(half)
      else if (alone) refuse(alone, error)
    } else if (error) {
      failures.push(error)
    } else {
      for (const event of piece.events) settled.add(event)
    }
  }
  const tryPiece = async (piece: Piece): Promise<Error | undefined> => {
    try {
      return await post(messageOf(piece, mode), signal)
    } catch (error) {
      return error instanceof Error ? error : new Retryable(String(error))
    }
  }
  const work = async (): Promise<void> => {
    while (failures.length === 0) {
      const leave = await limiter.enter(signal)
      try {
        const piece = failures.length === 0 ? pieces.next().value : undefined
        if (!piece) return
        await send(piece)
      } finally {
        leave()
      }
    }
  }
  const stopped = (): void => {
    failures.push(new Retryable('stopped before every event was sent'))
  }
  const workers = Math.min(maxInFlight, Math.ceil(events.length / batchSize))
  await Promise.all(Array.from({ length: workers }, () => work().catch(stopped)))

  const unsent = events.filter(event => !settled.has(event))
  const because = unsent.length > 0 ? gravest(failures) : undefined
  return { refused, unsent, ...(because && { because }) }
}

function* valid(
  events: readonly CloudEvent[],
  refuse: (event: CloudEvent, error: unknown) => void,
): Generator<CloudEvent> {
  for (const event of events) {
    try {
      validateEvent(event)
    } catch (error) {
      refuse(event, error)
      continue
    }
    yield event
  }
}

function messageOf({ events, texts }: Piece, mode: DeliveryOptions['mode']): Message {
  if (texts) return joinBatch(texts)
  const [event] = events as readonly [CloudEvent]
  return mode === 'binary' ? encodeBinary(event) : encodeStructured(event)
}

/** Of what went wrong at once, what decides: the end of everything, then missing rights, then the longest wait. */
function gravest(failures: readonly Error[]): Error | undefined {
  const weight = (error: Error): number => {
    if (error instanceof Gone) return Number.POSITIVE_INFINITY
    if (error instanceof AuthError) return Number.MAX_VALUE
    return error instanceof Retryable ? (error.retryAfterMs ?? 0) : 0
  }
  return [...failures].sort((a, b) => weight(b) - weight(a))[0]
}
