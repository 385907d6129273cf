import type { IncomingMessage } from 'node:http'
import type { Rejection } from './answer.ts'
import type { Place } from './budget.ts'
import { onAbort } from './on-abort.ts'

/**
 * Reads a body, within the limit of one body and within what all may hold. Resolves to nothing where the sender
 * went away before the end, and ends at once when `stopping` aborts.
 */
export function readBody(
  request: IncomingMessage,
  options: { readonly maxBody: number; readonly place: Place; readonly stopping: AbortSignal },
): Promise<Buffer | Rejection | undefined> {
  const { maxBody, place, stopping } = options
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let length = 0
    let finished = false
    const finish = (result: Buffer | Rejection | undefined): void => {
      finished = true
      forget()
      resolve(result)
    }
    const forget = onAbort(stopping, () => finish(STOPPING))
    request.on('data', (chunk: Buffer) => {
      if (finished) return
      length += chunk.length
      if (length > maxBody) finish(tooLarge(maxBody))
      else if (!place.grow(chunk.length)) finish(BUSY)
      else chunks.push(chunk)
    })
    request.on('end', () => finish(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    request.on('close', () => finish(undefined))
    request.on('error', () => finish(undefined))
  })
}

export const tooLarge = (maxBody: number): Rejection => ({
  status: 413,
  error: `the body is larger than ${maxBody} bytes (max_body); send fewer or smaller events`,
})

export const BUSY: Rejection = {
  status: 503,
  error: 'too many requests are waiting for their answer; send this one again later',
  headers: { 'retry-after': '1' },
}

export const STOPPING: Rejection = {
  status: 503,
  error: 'the receiver is stopping; send this again later',
  headers: { 'retry-after': '1', connection: 'close' },
}
