import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** A request that is answered with other than its events taken. */
export interface Rejection {
  readonly status: number
  /** One line: what was found, what is allowed. */
  readonly error: string
  readonly headers?: OutgoingHttpHeaders
  /** More of the body, such as which events are meant. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** What is read to its end, so that the connection can be reused; and how long more may take to be thrown away. */
const SMALL_BODY = 64 * 1024
const LINGER_MS = 2000

/** Answers with JSON. A sender that is gone, and a second answer, are no errors. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  if (writeJson(response, status, body, headers)) response.end()
}

/** Answers 204: everything is taken. */
export function answerDone(response: ServerResponse, headers: OutgoingHttpHeaders = {}): void {
  if (!response.headersSent && !response.destroyed) response.writeHead(204, headers).end()
}

/** Answers that a request is not taken, at any time: its body may be still under way. */
export function reject(request: IncomingMessage, response: ServerResponse, rejection: Rejection): void {
  const { status, error, headers, details } = rejection
  const body = { error, ...details }
  if (request.complete || !hasLargeBody(request)) return answerJson(response, status, body, headers)
  // Closed at once, the connection would break while the sender writes, and the answer would be lost with it.
  if (!writeJson(response, status, body, { ...headers, connection: 'close' })) return
  const timer = setTimeout(() => response.end(), LINGER_MS)
  request.once('close', () => clearTimeout(timer))
  request.once('end', () => response.end())
  request.resume()
}

/** Whether the answer can be written; with a length, so that it is whole before `end`. */
function writeJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): boolean {
  if (response.headersSent || response.destroyed) return false
  const text = `${JSON.stringify(body)}\n`
  const length = Buffer.byteLength(text)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers })
  response.write(text)
  return true
}

function hasLargeBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SMALL_BODY
}
