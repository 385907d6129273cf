import { contextOf } from '../connect/context.ts'
import { type DeliverOptions, deliver } from '../connect/deliver.ts'
import type { Side } from '../connect/side.ts'
import type { CloudEvent, Refusal, Sink, Writer } from '../connector.ts'
import { AuthError, ConfigError, describeError, Retryable } from '../errors.ts'
import { createMutex } from '../state/mutex.ts'

/** A sink for dead letters, with what it is handed. */
export interface DeadLetterTarget {
  readonly sink: Sink
  readonly side: Side
}

/** A second place for dead letters, beside the state. */
export interface Elsewhere {
  /**
   * Resolves when they are safe there. What is refused there too is left to the state.
   * @throws where they could not be posted.
   */
  post(refusals: readonly Refusal[], time: string): Promise<void>
  close(): Promise<void>
}

/** Some gateways limit a header to a few thousand bytes. */
const LONGEST_REASON = 1000

/** Opens the sink when there is a first letter to post. */
export function openElsewhere(
  { sink, side }: DeadLetterTarget,
  retries: Omit<DeliverOptions, 'writer'>,
): Elsewhere {
  const oneAtATime = createMutex()
  let writer: Writer | undefined
  return {
    async post(refusals, time) {
      if (refusals.length === 0) return
      const letters = refusals.map(refusal => letterEvent(refusal, time))
      const refused = await oneAtATime(async () => {
        try {
          writer ??= await sink.open(contextOf(side, retries.abandon))
          return await deliver(letters, { ...retries, writer })
        } catch (error) {
          throw named(error)
        }
      })
      const [first] = refused
      if (!first) return
      side.log.warn(
        { events: refused.length, id: first.event.id, reason: first.reason },
        'dead letters were refused by dead_letter.target too: they are in the state only',
      )
    },
    close: async () => writer?.close?.(),
  }
}

/** The refused event as it is posted elsewhere: whole, with the reason in extension attributes. */
export function letterEvent({ event, reason, status }: Refusal, time: string): CloudEvent {
  const text = reason.replaceAll(/[\p{Cc}\p{Noncharacter_Code_Point}]/gu, ' ').slice(0, LONGEST_REASON)
  return {
    ...event,
    deadletterreason: text.toWellFormed(),
    ...(status !== undefined && { deadletterstatus: status }),
    deadlettertime: time,
  }
}

/** Says which target it was. Even where it is gone for good, the connector goes on trying: its own target is not. */
function named(error: unknown): Error {
  if (error instanceof ConfigError) return error
  const message = `dead_letter.target: ${describeError(error)}`
  if (error instanceof AuthError) return new AuthError(message, { cause: error })
  const retryAfterMs = error instanceof Retryable ? error.retryAfterMs : undefined
  return new Retryable(message, { cause: error, retryAfterMs })
}
