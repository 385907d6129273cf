import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import { DecodeError, decode, type Headers } from '../cloudevents/index.ts'
import type { Served } from '../telemetry/trace.ts'
import type { Clock } from '../clock.ts'
import type { CloudEvent } from '../connector.ts'
import { Refused, Retryable } from '../errors.ts'
import { judgeHead } from './admission.ts'
import { answerDone, type Rejection, reject } from './answer.ts'
import type { Budget } from './budget.ts'
import { checkIdentity } from './certificates.ts'
import { answerHealth, type Watch } from './health.ts'
import { comeLater, type PostedBatch, postedBatch } from './posted-batch.ts'
import type { ReceiverConfig } from './receiver-config.ts'
import { BUSY, readBody, STOPPING } from './request-body.ts'
import { createWebhook } from './webhook.ts'

export interface ReceiverServerOptions {
  readonly config: ReceiverConfig
  readonly watch: Watch
  readonly budget: Budget
  readonly clock: Clock
  /** Aborts when no more requests are taken. */
  readonly stopping: AbortSignal
  /** What a sender may take for the head of a request, and for all of it. */
  readonly timeouts: ReceiverTimeouts
  /** Reads the events of a request whose body is here. Throws `Refused`, with a status, where there are none. */
  readonly readEvents: ReadEvents
  readonly onBatch: (batch: PostedBatch) => void
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void
  /** Told of each request but those of watchers; what it returns is told the status of the answer, or nothing where
   *  the sender went away before. */
  readonly onAsked: (request: IncomingMessage) => Served
  readonly onError: (error: unknown) => void
}

export interface ReceiverTimeouts {
  readonly headersMs: number
  readonly requestMs: number
}

export type ReadEvents = (
  request: IncomingMessage,
  body: Buffer,
) => readonly CloudEvent[] | Promise<readonly CloudEvent[]>

/**
 * The HTTP side of the receiver; not listening yet. Each good POST becomes a batch that answers its sender.
 * @throws ConfigError for a certificate or a key that cannot be used.
 */
export function createReceiverServer(options: ReceiverServerOptions): Server | HttpsServer {
  const {
    config,
    watch,
    budget,
    clock,
    stopping,
    timeouts,
    readEvents,
    onBatch,
    onRequest,
    onAsked,
    onError,
  } = options
  const webhook = createWebhook(config, clock)

  const take = async (
    request: IncomingMessage,
    response: ServerResponse,
    asksFirst: boolean,
  ): Promise<void> => {
    if (answerHealth(request, response, watch)) return
    const served = onAsked(request)
    response.on('close', () => served.end(response.headersSent ? response.statusCode : undefined))
    if (request.method === 'OPTIONS') return answerDone(response, webhook.consent(request))
    const rejection = stopping.aborted ? STOPPING : (judgeHead(request, config) ?? webhook.tooFast(request))
    if (rejection) return reject(request, response, rejection)
    const place = budget.enter()
    if (!place) return reject(request, response, BUSY)
    const answer = (rejection: Rejection | undefined): void => {
      place.leave()
      const last = stopping.aborted ? { connection: 'close' } : {}
      if (!rejection) answerDone(response, last)
      else reject(request, response, { ...rejection, headers: { ...rejection.headers, ...last } })
    }
    try {
      if (asksFirst) response.writeContinue()
      const body = await readBody(request, { maxBody: config.max_body, place, stopping })
      if (!body) return place.leave()
      if (!Buffer.isBuffer(body)) return answer(body)
      const events = await eventsOrRejection(() => readEvents(request, body))
      if ('status' in events) answer(events)
      else if (stopping.aborted) answer(STOPPING)
      else onBatch(postedBatch(events, { bytes: body.length, trace: served.context }, answer))
    } catch (error) {
      place.leave()
      throw error
    }
  }
  const handle = (asksFirst: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    onRequest(request, response)
    take(request, response, asksFirst).catch((error: unknown) => {
      onError(error)
      reject(request, response, { status: 500, error: 'the receiver failed; its log says why' })
    })
  }
  const settings = {
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: Math.min(2000, timeouts.headersMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEAD_BYTES,
  }
  const server = config.tls
    ? createHttpsServer({ ...settings, ...identityOf(config.tls), handshakeTimeout: timeouts.headersMs })
    : createServer(settings)
  // A header that is silently left out would be an attribute that is lost: the bytes are the limit.
  server.maxHeadersCount = 0
  return server.on('request', handle(false)).on('checkContinue', handle(true))
}

function identityOf({ cert, key }: NonNullable<ReceiverConfig['tls']>): { cert: string; key: string } {
  checkIdentity(cert, key.reveal())
  return { cert, key: key.reveal() }
}

/** For the head of a request: an event of 64 KiB, which everybody should take, may be all attributes. */
const HEAD_BYTES = 96 * 1024

/** Longer than load balancers keep a connection, so that none of them sends into one that is just being closed. */
const KEEP_ALIVE_MS = 65_000

/** The events of a CloudEvents request, in any of the three modes. */
export const readCloudEvents: ReadEvents = (request, body) => decode(headersOf(request), body).events

/** All headers are needed only where they are attributes; taking them apart costs as much as a small event. */
function headersOf(request: IncomingMessage): Headers {
  const whole = /^application\/cloudevents/i.test(request.headers['content-type'] ?? '')
  if (!whole) return request.headersDistinct
  const { rawHeaders } = request
  const types = rawHeaders.filter((_, at) => at % 2 === 1 && isContentType(rawHeaders[at - 1]))
  return { 'content-type': types }
}

const isContentType = (name = ''): boolean => name.length === 12 && name.toLowerCase() === 'content-type'

async function eventsOrRejection(
  read: () => ReturnType<ReadEvents>,
): Promise<readonly CloudEvent[] | Rejection> {
  try {
    return await read()
  } catch (error) {
    // What cannot be read now may come again; its sender keeps it until then.
    if (error instanceof Retryable) return comeLater(error)
    if (!(error instanceof Refused)) throw error
    const { status = 400, message } = error
    const faults = error instanceof DecodeError ? error.faults : []
    return { status, error: message, ...(faults.length > 0 && { details: { refused: faults } }) }
  }
}
