import type { Message } from '../cloudevents/index.ts'
import { encodeBinary, encodeStructured } from '../cloudevents/index.ts'
import type { CloudEvent } from '../connector.ts'
import { Retryable } from '../errors.ts'

/** Posts one message: nothing where it is safe, else why not. */
export type Post = (message: Message, signal: AbortSignal) => Promise<Error | undefined>

export const STOPPED = 'stopped before every event was sent'

export type Mode = 'structured' | 'binary'

/** One event as a message of its own. */
export function messageOf(event: CloudEvent, mode: Mode): Message {
  return mode === 'binary' ? encodeBinary(event) : encodeStructured(event)
}

/** What becomes of a message; an event that cannot be written is an error like any other. */
export async function attempt(
  post: Post,
  message: () => Message,
  signal: AbortSignal,
): Promise<Error | undefined> {
  try {
    return await post(message(), signal)
  } catch (error) {
    return error instanceof Error ? error : new Retryable(String(error))
  }
}
