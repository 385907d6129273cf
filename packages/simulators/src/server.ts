import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { admin, type Administered } from './admin.ts'
import { DELIVERY, deliver, pause, send } from './delivery.ts'
import type { DeliveryFaults, Faults } from './faults.ts'
import type { RequestLog } from './requests.ts'
import { type Answer, type Reply, type WireRequest, wireRequest } from './wire.ts'

/** A simulated provider, before it listens. */
export interface Service extends Administered {
  readonly faults: Faults<DeliveryFaults>
  readonly requests: RequestLog
  /** The action that a request names; for the log, and for faults that are for one action only. */
  action(request: WireRequest): string
  /** Asked as soon as a request is there, before anything that it waits for. */
  enter?(request: WireRequest, action: string): Entry
  /** Does the work, also where the client has gone meanwhile. */
  handle(request: WireRequest, action: string): Reply
}

/** What a provider says of a request that has just come. */
export interface Entry {
  /** The answer, where there is nothing to handle. */
  readonly reply?: Reply
  /** Called when the request is over: answered, given up by its client, and its work done. */
  readonly leave?: () => void
}

export interface Listening {
  /** Such as `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string
  /** Closes the port and every connection, those that hang included. */
  readonly close: () => Promise<void>
}

/** What a gateway takes; a provider's own limit is below it. */
const MAX_BODY = 10_000_000
const TOO_LARGE: Answer = {
  status: 413,
  contentType: 'application/json',
  body: '{"message":"Request Too Long"}',
}
const BAD_GATEWAY: Answer = {
  status: 502,
  contentType: 'text/html',
  body: '<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>',
}

/** Serves a service on 127.0.0.1. Port 0 takes any free one. Rejects when the port is taken. */
export async function serve(service: Service, port: number): Promise<Listening> {
  const closing = new AbortController()
  const server = createServer((incoming, response) => {
    answer(service, incoming, response, closing.signal).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        closing.abort()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  service: Service,
  incoming: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const body = await readBody(incoming)
  if (!body) return send(response, TOO_LARGE)
  const request = wireRequest(incoming.method ?? 'GET', incoming.url ?? '/', incoming.rawHeaders, body)
  const administrative = admin(service, request)
  if (administrative) return send(response, administrative)
  const action = service.action(request)
  const entry = service.enter?.(request, action) ?? {}
  try {
    await serveOne(service, request, action, entry.reply, response, signal)
  } finally {
    entry.leave?.()
  }
}

async function serveOne(
  service: Service,
  request: WireRequest,
  action: string,
  known: Reply | undefined,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { faults, requests } = service
  const strikes = (name: keyof DeliveryFaults) => faults.strikes(name, action)
  const log = (entry: { status?: number; outcome: string; fault?: string }) =>
    requests.add({ at: new Date().toISOString(), action, ...entry })

  if (strikes('hang')) {
    log({ outcome: 'hang' })
    await once(response, 'close', { signal })
    return
  }
  if (strikes('drop')) {
    log({ outcome: 'drop' })
    response.destroy()
    return
  }
  if (!known) await pause(faults, signal)
  if (strikes('badGateway')) {
    log({ status: BAD_GATEWAY.status, outcome: 'badGateway' })
    return send(response, BAD_GATEWAY)
  }
  const { answer, after, ...reply } = known ?? service.handle(request, action)
  const fault = DELIVERY.find(strikes)
  log({ ...reply, ...(fault !== 'lost' && { status: answer.status }), ...(fault && { fault }) })
  await deliver(response, answer, fault, faults.current(), signal)
  if (!after) return
  await pause(faults, signal)
  after()
}

/** Nothing for a body that is too large, all of which is read, so that the client gets to hear of it. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY) chunks.push(chunk)
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : undefined
}
