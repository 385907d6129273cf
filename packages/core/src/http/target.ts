import type { Sink } from '../connector.ts'
import { AuthError, Gone, Retryable } from '../errors.ts'
import { deliverOnce } from './delivery.ts'
import { openEndpoint } from './endpoint.ts'
import { createLimiter } from './limiter.ts'
import { targetConfig } from './target-config.ts'
import { verdictOf } from './verdict.ts'

/**
 * Posts CloudEvents to a URL. What the target answers decides: 2xx is safe; 404, 408, 409, 425, 429, 5xx, 3xx,
 * unknown codes and a network that fails are tried again; 401, 403, 405 and 407 are an `AuthError`, 410 is `Gone`;
 * any other 4xx refuses the event. A refused batch is halved until it is known which events are meant.
 */
export const httpTarget: Sink<typeof targetConfig> = {
  name: 'http-target',
  config: targetConfig,

  /** Asks with HEAD, which sends no event: any answer but a refusal of access proves that the target is there. */
  async check({ config, signal, clock }) {
    const endpoint = openEndpoint(config)
    try {
      const answer = await endpoint.ask({ method: 'HEAD' }, signal)
      const verdict = verdictOf(answer, endpoint.origin, clock.now())
      const denied = verdict instanceof AuthError && answer.status !== 405
      const down = verdict instanceof Retryable && answer.status >= 500 && answer.status !== 501
      if (denied || down || verdict instanceof Gone) throw verdict
      return [`target ${endpoint.origin} answers (${answer.status} to HEAD; no event was sent)`]
    } finally {
      await endpoint.close()
    }
  },

  async open({ config, clock }) {
    const endpoint = openEndpoint(config)
    const limiter = createLimiter(config.max_in_flight)
    return {
      concurrency: config.max_in_flight,
      write: (events, signal) =>
        deliverOnce(events, {
          mode: config.mode,
          batchSize: config.batch_size,
          maxInFlight: config.max_in_flight,
          limiter,
          signal,
          async post({ headers, body }, signal) {
            const answer = await endpoint.ask({ method: 'POST', headers, body }, signal)
            return verdictOf(answer, endpoint.origin, clock.now())
          },
        }),
      close: () => endpoint.close(),
    }
  },
}
