import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { admin, type Administered } from './admin.ts'
import type { DeliveryFaults, Faults } from './faults.ts'
import type { RequestLog } from './requests.ts'
import { type Answer, type Reply, type WireRequest, wireRequest } from './wire.ts'

/** A simulated provider, before it listens. */
export interface Service extends Administered {
  readonly faults: Faults<DeliveryFaults>
  readonly requests: RequestLog
  /** The action that a request names; for the log, and for faults that are for one action only. */
  action(request: WireRequest): string
  handle(request: WireRequest, action: string): Reply
}

export interface Listening {
  /** Such as `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string
  /** Closes the port and every connection, those that hang included. */
  readonly close: () => Promise<void>
}

const MAX_BODY = 1_000_000

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
  const request = wireRequest(incoming.method ?? 'GET', incoming.url ?? '/', incoming.rawHeaders, body)
  const administrative = admin(service, request)
  if (administrative) return send(response, administrative)

  const { faults, requests } = service
  const action = service.action(request)
  const strikes = (name: keyof DeliveryFaults) => faults.strikes(name, action)
  const log = (entry: { status?: number; outcome: string; fault?: string }) =>
    requests.add({ at: new Date().toISOString(), action, ...entry })

  if (strikes('hang')) return log({ outcome: 'hang' })
  if (strikes('drop')) {
    log({ outcome: 'drop' })
    response.destroy()
    return
  }
  const { latencyMs = 0, slowBodyMs = 1000 } = faults.current()
  if (latencyMs > 0) await wait(latencyMs, undefined, { signal })
  if (strikes('badGateway')) {
    log({ status: 502, outcome: 'badGateway' })
    const page = '<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>'
    return send(response, { status: 502, contentType: 'text/html', body: page })
  }

  const { answer, ...reply } = service.handle(request, action)
  const fault = (['truncate', 'cut', 'slowBody'] as const).find(strikes)
  log({ ...reply, status: answer.status, ...(fault && { fault }) })
  const half = answer.body.slice(0, answer.body.length / 2)
  if (fault === 'truncate') return send(response, { ...answer, body: half })
  if (fault === 'cut') {
    writeHead(response, answer)
    response.write(half, () => response.destroy())
    return
  }
  if (fault === 'slowBody') return drip(response, answer, slowBodyMs, signal)
  send(response, answer)
}

function writeHead(response: ServerResponse, { status, contentType, body, headers }: Answer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
}

function send(response: ServerResponse, answer: Answer): void {
  writeHead(response, answer)
  response.end(answer.body)
}

async function drip(
  response: ServerResponse,
  answer: Answer,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(answer.body)
  const quarter = Math.ceil(bytes.length / 4)
  writeHead(response, answer)
  for (let at = 0; at < bytes.length; at += quarter) {
    response.write(bytes.subarray(at, at + quarter))
    await wait(ms / 4, undefined, { signal })
  }
  response.end()
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY) throw new RangeError('request body over 1 MB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
