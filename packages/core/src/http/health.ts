import type { IncomingMessage, ServerResponse } from 'node:http'
import { CONTENT_TYPE } from '../telemetry/exposition.ts'
import { answerJson } from './answer.ts'

/** Whether the program can do its work, and the details that `/readyz` shows. */
export type Readiness = () => { readonly ready: boolean; readonly body: unknown }

/** What a program tells those who watch it. None of it needs credentials, so none of it holds a secret. */
export interface Watch {
  readonly readiness: Readiness
  /** What `/metrics` shows, as Prometheus reads it. */
  readonly metrics?: (() => Promise<string>) | undefined
}

/**
 * Answers `GET /healthz` (200 while the process is alive), `GET /readyz` (200 or 503, with the details) and
 * `GET /metrics`. Returns whether the request was one of these.
 */
export function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  { readiness, metrics }: Watch,
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
  if (path === '/metrics' && metrics) {
    void answerMetrics(response, metrics)
    return true
  }
  return false
}

async function answerMetrics(response: ServerResponse, metrics: () => Promise<string>): Promise<void> {
  const text = await metrics()
  if (response.destroyed) return
  response.writeHead(200, {
    'content-type': CONTENT_TYPE,
    'content-length': Buffer.byteLength(text),
    ...NOT_STORED,
  })
  response.end(text)
}

const NOT_STORED = { 'cache-control': 'no-store' }
