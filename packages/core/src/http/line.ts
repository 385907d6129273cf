import type { Dispatcher } from 'undici'
import { AuthError, describeError, Retryable } from '../errors.ts'
import { openDispatcher, type Route } from './dispatcher.ts'
import { type Answer, exchange, NoAnswerInTime } from './exchange.ts'

/** The way to one server. */
export interface Line {
  /** Scheme, host and port: all that messages say of the URL, for the rest may hold secrets. */
  readonly origin: string
  /**
   * One request and its answer, whatever its status.
   * @throws Retryable where there is no answer, or where `signal` aborts before there is one; AuthError where a
   * proxy wants to know who we are.
   */
  ask(request: Ask, signal: AbortSignal): Promise<Answer>
  close(): Promise<void>
}

export interface Ask {
  readonly method: 'POST' | 'HEAD' | 'OPTIONS'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Whether the body of a good answer is of interest too; 64 KiB of it at the most. */
  readonly wantsBody?: boolean
}

/** @throws ConfigError where `ca` or the proxy cannot be used. */
export function openLine(url: URL, route: Route): Line {
  const { origin } = url
  const path = url.pathname + url.search
  const timeoutMs = route.timeout * 1000
  const dispatcher = openDispatcher(url, route)
  return {
    origin,
    async ask({ method, headers = {}, body, wantsBody = false }, signal) {
      const request: Dispatcher.DispatchOptions = {
        origin,
        method,
        path,
        headers,
        body: body ?? null,
      }
      try {
        return await exchange(dispatcher, request, { timeoutMs, signal, wantsBody })
      } catch (error) {
        throw noAnswer(error, origin, route.timeout, signal)
      }
    },
    close: () => dispatcher.destroy(),
  }
}

function noAnswer(cause: unknown, origin: string, seconds: number, signal: AbortSignal): Error {
  if (cause instanceof NoAnswerInTime) {
    return new Retryable(`${origin} did not answer within ${seconds} s`, { cause })
  }
  if (signal.aborted) return new Retryable(`stopped before ${origin} answered`, { cause })
  const { code = '' } = cause as NodeJS.ErrnoException
  if (UNTRUSTED.has(code)) {
    return new Retryable(
      `no answer from ${origin}: its certificate is signed by nobody whom we trust (${code}); an authority of your own is given as \`ca\``,
    )
  }
  const reason = describeError(cause)
  if (reason.includes('(407)')) {
    return new AuthError(
      `the proxy on the way to ${origin} asks for credentials (407): give them as \`proxy: http://user:password@host:port\``,
    )
  }
  return new Retryable(`no answer from ${origin}: ${reason}`, { cause })
}

/** What OpenSSL says where nobody whom we trust signed. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
