import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson } from './answer.ts'

/** Whether the program can do its work, and the details that `/readyz` shows. */
export type Readiness = () => { readonly ready: boolean; readonly body: unknown }

/**
 * Answers `GET /healthz` (200 while the process is alive) and `GET /readyz` (200 or 503, with the details).
 * Returns whether the request was one of these.
 */
export function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  readiness: Readiness,
): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const [path] = (request.url ?? '').split('?', 1)
  if (path === '/healthz') {
    answerJson(response, 200, { status: 'alive' }, NOT_STORED)
    return true
  }
  if (path === '/readyz') {
    const { ready, body } = readiness()
    answerJson(response, ready ? 200 : 503, body, NOT_STORED)
    return true
  }
  return false
}

const NOT_STORED = { 'cache-control': 'no-store' }
