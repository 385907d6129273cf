import { validateHeaderValue } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import { ConfigError, describeError, Retryable } from '../errors.ts'
import { type Answer, exchange, NoAnswerInTime } from './exchange.ts'
import type { TargetConfig } from './target-config.ts'

/** A target, ready to be asked. */
export interface Endpoint {
  /** Scheme, host and port: all that messages say of the URL, for the rest may hold secrets. */
  readonly origin: string
  /**
   * One request and its answer, whatever its status.
   * @throws Retryable where there is no answer, or where `signal` aborts before there is one.
   */
  ask(request: Ask, signal: AbortSignal): Promise<Answer>
  close(): Promise<void>
}

export interface Ask {
  readonly method: 'POST' | 'HEAD'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

/** @throws ConfigError for a header value that HTTP cannot carry. */
export function openEndpoint(config: TargetConfig): Endpoint {
  const url = new URL(config.target)
  const common = commonHeaders(config, url)
  const timeoutMs = config.timeout * 1000
  const { origin } = url
  // HTTP/1.1 everywhere: a connection carries one request, so that one that is cut takes no other with it.
  const pool = new Pool(origin, {
    connections: config.max_in_flight,
    allowH2: false,
    connect: { timeout: timeoutMs },
    // Our own time limits are exact and cover the whole of a request.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    origin,
    async ask({ method, headers, body }, signal) {
      const request: Dispatcher.DispatchOptions = {
        method,
        path: url.pathname + url.search,
        headers: { ...common, ...headers },
        body: body ?? null,
      }
      try {
        return await exchange(pool, request, { timeoutMs, signal })
      } catch (error) {
        throw new Retryable(noAnswer(error, origin, config.timeout, signal), { cause: error })
      }
    },
    close: () => pool.destroy(),
  }
}

function noAnswer(error: unknown, origin: string, seconds: number, signal: AbortSignal): string {
  if (error instanceof NoAnswerInTime) return `${origin} did not answer within ${seconds} s`
  if (signal.aborted) return `stopped before ${origin} answered`
  return `no answer from ${origin}: ${describeError(error)}`
}

function commonHeaders(config: TargetConfig, url: URL): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'billow' }
  if (url.username || url.password) {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.authorization = `Basic ${Buffer.from(user).toString('base64')}`
  }
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    try {
      validateHeaderValue(name, value.reveal())
    } catch {
      throw new ConfigError(
        `headers.${name}: found characters that a header cannot carry; printable ASCII is allowed`,
      )
    }
    headers[name.toLowerCase()] = value.reveal()
  }
  return headers
}
