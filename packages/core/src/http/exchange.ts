import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { onAbort } from './on-abort.ts'

/** An HTTP answer. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The beginning of the body, 8 KiB at the most; empty where the status is 2xx, unless it is asked for. */
  readonly body: string
}

export interface ExchangeOptions {
  /** For the status to come. */
  readonly timeoutMs: number
  /** Abandon now. */
  readonly signal: AbortSignal
  /** Whether the body is kept whatever the status, 64 KiB of it at the most. */
  readonly wantsBody?: boolean
}

/** What is kept of a body, what is read before the connection is dropped instead, and how long that may take. */
const KEPT_BYTES = 8 * 1024
const READ_BYTES = 64 * 1024
const BODY_MS = 2000

export class NoAnswerInTime extends Error {}

/**
 * Sends one request. The status decides: once it is there, neither a broken body nor an abort takes it back.
 * The body is read to its end, within bounds, so that the connection can be reused.
 * @throws the network's error, `NoAnswerInTime`, or the signal's reason.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { timeoutMs, signal, wantsBody = false }: ExchangeOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let head: Pick<Answer, 'status' | 'headers'> | undefined
    let read = 0
    const kept: Buffer[] = []
    const keptBytes = wantsBody ? READ_BYTES : KEPT_BYTES
    let settled = false

    const settle = (error?: Error): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      forget()
      if (head) resolve({ ...head, body: textOf(kept, keptBytes) })
      else reject(error ?? new Error('the connection ended without an answer'))
    }
    // Settles first: a request that still waits for its connection would not hear of the end before it has one.
    const cut = (error: Error): void => {
      settle(error)
      controller?.abort(error)
    }
    const abandon = (): void => cut(signal.reason as Error)
    const expire = (): void => cut(new NoAnswerInTime('no answer in time'))
    let timer = setTimeout(expire, timeoutMs)
    const forget = onAbort(signal, abandon)
    if (signal.aborted) return abandon()

    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started
        if (settled) started.abort(new Error('abandoned'))
      },
      onResponseStart(_, status, headers) {
        if (status < 200) return
        head = { status, headers }
        // No body comes: the end is next.
        if (status === 204) return
        clearTimeout(timer)
        timer = setTimeout(expire, Math.min(timeoutMs, BODY_MS))
      },
      onResponseData(_, chunk) {
        const failed = head !== undefined && (head.status < 200 || head.status > 299)
        if ((failed || wantsBody) && read < keptBytes) kept.push(chunk)
        read += chunk.length
        if (read > READ_BYTES) cut(new Error('more than enough of the body was read'))
      },
      onResponseEnd: () => settle(),
      onResponseError: (_, error) => settle(error),
    })
  })
}

/** As a rule there is none. */
const textOf = (chunks: readonly Buffer[], most: number): string =>
  chunks.length === 0 ? '' : Buffer.concat(chunks).subarray(0, most).toString()
