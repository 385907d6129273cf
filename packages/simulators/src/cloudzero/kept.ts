import type { Reply, WireRequest } from '../wire.ts'
import { parametersOf } from './routes.ts'

/** The answers that idempotency keys stand for, errors included. */
export interface Kept {
  /** Asked before anything else: neither the body, nor the API key, nor what goes on at the stream matters. */
  readonly find: (request: WireRequest) => Reply | undefined
  /** Keeps an answer, unless there is one; gives it back. */
  readonly keep: (request: WireRequest, reply: Reply) => Reply
}

export function createKept(): Kept {
  const answers = new Map<string, Reply>()
  return {
    find(request) {
      const reply = answers.get(idOf(request) ?? '')
      return reply && { ...reply, parameters: { ...parametersOf(request), kept: true } }
    },
    keep(request, reply) {
      const id = idOf(request)
      // An answer is given again, not the work behind it.
      const { after: _, ...answered } = reply
      if (id !== undefined && !answers.has(id)) answers.set(id, answered)
      return reply
    },
  }
}

function idOf({ method, path, headers }: WireRequest): string | undefined {
  const key = headers['cloudzero-idempotency-key']
  return key === undefined ? undefined : `${method} ${path} ${key}`
}
