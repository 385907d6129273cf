import type { Message } from '../cloudevents/index.ts'
import type { Sink, Writer } from '../connector.ts'
import { AuthError, Gone, Retryable } from '../errors.ts'
import { countRequests, type TargetRequests } from '../telemetry/requests.ts'
import { stamping, traceRequests } from '../telemetry/trace.ts'
import { deliverOnce } from './delivery.ts'
import { type Endpoint, openEndpoint } from './endpoint.ts'
import { createGathering } from './gather.ts'
import { createHandshake, type Handshake } from './handshake.ts'
import { createLimiter } from './limiter.ts'
import { createSilence, type Silence } from './silence.ts'
import { targetConfig } from './target-config.ts'

/**
 * Posts CloudEvents to a URL. What the target answers decides: 2xx is safe; 404, 408, 409, 425, 429, 5xx, 3xx,
 * unknown codes and a network that fails are tried again; 401, 403, 405 and 407 are an `AuthError`, 410 is `Gone`;
 * any other 4xx refuses the event. A refused batch is halved until it is known which events are meant. While a
 * target asked us to wait (Retry-After), nothing is sent to it. With `batch_size`, writes share requests.
 */
export const httpTarget: Sink<typeof targetConfig> = {
  name: 'http-target',
  config: targetConfig,

  /**
   * Asks with HEAD, which sends no event: any answer but a refusal of access proves that the target is there. With
   * `handshake`, asks for its consent too.
   */
  async check({ config, signal, clock }) {
    const endpoint = openEndpoint(config, clock)
    const handshake = createHandshake(endpoint, config, clock)
    try {
      const answer = await endpoint.ask({ method: 'HEAD' }, signal)
      const verdict = endpoint.judge(answer)
      const denied = verdict instanceof AuthError && answer.status !== 405
      const moved = answer.status >= 300 && answer.status < 400
      const down = verdict instanceof Retryable && (moved || (answer.status >= 500 && answer.status !== 501))
      if (denied || down || verdict instanceof Gone) throw verdict
      const { origin } = endpoint
      const lines = [`target ${origin} answers (${answer.status} to HEAD; no event was sent)`]
      if (!config.handshake) return lines
      const { rate } = await handshake.agree(signal)
      const many = Number.isFinite(rate) ? `${rate} requests a minute` : 'any number of requests'
      return [...lines, `target ${origin} consents to ${many}`]
    } finally {
      handshake.end()
      await endpoint.close()
    }
  },

  async open({ config, clock, meter, tracer }) {
    const endpoint = openEndpoint(config, clock)
    const handshake = config.handshake ? createHandshake(endpoint, config, clock) : undefined
    const silence = createSilence(clock)
    const requests = countRequests(meter)
    const traced = traceRequests(tracer, new URL(config.target).hostname)
    const { mode, batch_size: size, max_in_flight: maxInFlight } = config
    const way = {
      mode,
      maxInFlight,
      post: (message: Message, signal: AbortSignal) =>
        post(message, { endpoint, handshake, silence, requests, traced, signal }),
    }
    const limiter = createLimiter(maxInFlight)
    const waitMs = config.batch_wait * 1000
    const gathering =
      size > 1 ? createGathering({ ...way, size, bytes: config.batch_bytes, waitMs, clock }) : undefined
    const write: Writer['write'] =
      gathering?.write ?? ((events, signal) => deliverOnce(events, { ...way, limiter, signal }))
    return {
      concurrency: maxInFlight,
      batchSize: size,
      write: config.distributed_tracing ? stamping(write) : write,
      async close() {
        gathering?.end()
        handshake?.end()
        await endpoint.close()
      },
    }
  },
}

interface Way {
  readonly endpoint: Endpoint
  readonly handshake: Handshake | undefined
  readonly silence: Silence
  readonly requests: TargetRequests
  readonly traced: ReturnType<typeof traceRequests>
  readonly signal: AbortSignal
}

/** Posts one message: nothing where it is safe, else why not. */
async function post(
  { headers, body }: Message,
  { endpoint, handshake, silence, requests, traced, signal }: Way,
): Promise<Error | undefined> {
  try {
    const silenced = await silence.over(signal)
    if (silenced) return silenced
    const agreed = handshake && (await handshake.agree(signal))
    if (agreed) await agreed.pace.next(signal)
    const answer = await traced(more => {
      const all = agreed || more ? { ...headers, ...agreed?.headers, ...more } : headers
      return requests.timed(endpoint.ask({ method: 'POST', headers: all, body }, signal))
    })
    const verdict = endpoint.judge(answer)
    silence.heard(verdict)
    if (verdict instanceof AuthError) handshake?.forget()
    return verdict
  } catch (error) {
    if (signal.aborted) return new Retryable(`stopped before ${endpoint.origin} answered`, { cause: error })
    throw error
  }
}
