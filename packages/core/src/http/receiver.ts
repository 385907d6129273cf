import type { AddressInfo } from 'node:net'
import { totalmem } from 'node:os'
import type { ObservableResult } from '@opentelemetry/api'
import type { Source } from '../connector.ts'
import { describeError } from '../errors.ts'
import { METRICS, named } from '../telemetry/metrics.ts'
import { countAnswers } from '../telemetry/requests.ts'
import { traceServer } from '../telemetry/trace.ts'
import { createBudget } from './budget.ts'
import { trackConnections } from './connections.ts'
import type { Watch } from './health.ts'
import { createInbox } from './inbox.ts'
import { listen } from './listen.ts'
import type { PostedBatch } from './posted-batch.ts'
import { pendingOf, receiverConfig } from './receiver-config.ts'
import {
  createReceiverServer,
  type ReadEvents,
  type ReceiverTimeouts,
  readCloudEvents,
} from './receiver-server.ts'
import { STOPPING } from './request-body.ts'

export interface ReceiverOptions {
  /** Told the address once it is open, which a test needs when `port` is 0. */
  readonly onListening?: (address: AddressInfo) => void
  /** What a sender may take: 10 s for the head of a request and 60 s for all of it, if left out. */
  readonly timeouts?: ReceiverTimeouts
  /** Reads the events of a request; by the CloudEvents HTTP binding if left out. */
  readonly readEvents?: ReadEvents
}

const UNWATCHED: Watch = { readiness: () => ({ ready: true, body: { status: 'ready' } }) }

/** Of the container where it has a limit, else of the machine. */
const memory = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem())

/** After a stop: for answers that are still owed. */
const GRACE_MS = 10_000

/**
 * Takes CloudEvents over HTTP: each POST, on any path and in any of the three modes, is a batch. Its sender gets
 * 204 when all events are safe, 400 naming the events that were refused, or 503 to come again later. OPTIONS is
 * answered as the CloudEvents webhook specification wants. `/healthz`, `/readyz` and `/metrics` are on the same port. After a
 * stop, what was read may still be answered.
 * `read` throws `ConfigError` where the port cannot be opened, or `tls` cannot be used.
 */
export function createReceiver(options: ReceiverOptions = {}): Source<typeof receiverConfig> {
  const {
    onListening,
    readEvents = readCloudEvents,
    timeouts = { headersMs: 10_000, requestMs: 60_000 },
  } = options
  return {
    name: 'http-receiver',
    config: receiverConfig,
    order: 'independent',

    async *read({ config, signal, log, clock, meter, tracer, watch = UNWATCHED }) {
      const inbox = createInbox<PostedBatch>()
      const ending = new AbortController()
      const budget = createBudget({
        requests: config.max_requests,
        bytes: Math.max(config.max_pending ?? pendingOf(memory()), config.max_body),
      })
      const count = countAnswers(meter)
      const serve = traceServer(tracer)
      const server = createReceiverServer({
        budget,
        config,
        watch,
        clock,
        timeouts,
        readEvents,
        stopping: ending.signal,
        onBatch: batch => inbox.push(batch),
        onRequest: (request, response) => connections.use(request.socket, response),
        onAsked({ headers }) {
          const { context, end } = serve(headers)
          return {
            ...(context && { context }),
            end(status) {
              count(status)
              end(status)
            },
          }
        },
        onError: error => log.error({ reason: describeError(error) }, 'a request failed'),
      })
      const connections = trackConnections(server)
      const stop = (): void => {
        if (ending.signal.aborted) return
        ending.abort()
        for (const batch of inbox.end()) batch.turnAway(STOPPING)
        connections.end(GRACE_MS)
      }
      if (signal.aborted) return
      const address = await listen(server, config)
      signal.addEventListener('abort', stop)
      const pending = meter.createObservableGauge(...named(METRICS.receiverPending))
      const sayPending = (gauge: ObservableResult): void => gauge.observe(budget.held())
      pending.addCallback(sayPending)
      try {
        server.on('error', error => log.error({ reason: describeError(error) }, 'the server failed'))
        log.info({ host: address.address, port: address.port }, 'listening')
        onListening?.(address)
        if (signal.aborted) return
        for (let batch = await inbox.take(); batch; batch = await inbox.take()) yield batch
      } finally {
        pending.removeCallback(sayPending)
        signal.removeEventListener('abort', stop)
        stop()
      }
    },
  }
}
