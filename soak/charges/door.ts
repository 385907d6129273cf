import { setTimeout as wait } from 'node:timers/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as ask } from 'undici'
import { listen } from '../world/server.ts'

/** Where a request to CloudZero is, when the one who made it is ended. */
export interface DoorPlan {
  /** Not with CloudZero yet; done there, and not answered; or answered. */
  readonly at: 'asked' | 'done' | 'answered'
  readonly method: 'GET' | 'POST'
  readonly nth: number
  readonly reached: () => void
}

/** What stands before the simulator of CloudZero: it knows where each request is. */
export interface Door {
  /** Stays the same, also where it was shut. */
  readonly url: string
  plan(plan: DoorPlan | undefined): void
  /** How many requests came so far. */
  requests(): number
  /** Refuses connections for so many milliseconds; breaks those that there are. */
  shut(ms: number): Promise<void>
  close(): void
}

export interface DoorOptions {
  /** The simulator behind it. */
  readonly url: string
  /** Told before each request. */
  readonly onRequest: () => void
}

export async function openDoor({ url, onRequest }: DoorOptions): Promise<Door> {
  let plan: DoorPlan | undefined
  let counted = 0
  let asked = 0
  let closed = false

  function planned(method: string): DoorPlan | undefined {
    if (plan?.method !== method) return undefined
    counted += 1
    return counted === plan.nth ? plan : undefined
  }

  async function pass(body: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    asked += 1
    onRequest()
    const { method = 'GET', url: path = '/' } = request
    const now = planned(method)
    if (now?.at === 'asked') return now.reached()
    const headers = without(request.headers, 'host', 'connection', 'content-length')
    // Who gives up on an answer gives up on it here too.
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const answer = await ask(`${url}${path}`, { method, headers, signal: gone.signal, ...(body && { body }) })
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    if (now?.at === 'done') return now.reached()
    if (now) response.on('finish', now.reached)
    const answered = without(answer.headers, 'connection', 'transfer-encoding')
    response.writeHead(answer.statusCode, { ...answered, 'content-length': bytes.length }).end(bytes)
  }

  const open = (port: number) =>
    listen((body, request, response) => {
      // What the simulator breaks off is broken off here.
      pass(body, request, response).catch(() => response.socket?.resetAndDestroy())
    }, port)

  let server = await open(0)
  const address = server.url
  return {
    url: address,
    plan(next) {
      plan = next
      counted = 0
    },
    requests: () => asked,
    async shut(ms) {
      server.close()
      await wait(ms)
      if (!closed) server = await open(Number(new URL(address).port))
    },
    close() {
      closed = true
      server.close()
    },
  }
}

const without = <T>(all: Readonly<Record<string, T>>, ...names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
