import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CloudEvent } from '@billow/core'
import { parseJson } from '@billow/core'

/** A target that remembers every event that it acknowledged, and may answer otherwise. */
export interface Target {
  readonly url: string
  readonly events: CloudEvent[]
  /** Resolves when it has acknowledged this many. */
  has(count: number): Promise<void>
  /** Answers in place of 204; returning false means that it has answered, or never will. */
  answer?: ((event: CloudEvent, request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  close(): Promise<void>
}

export async function startTarget(port = 0): Promise<Target> {
  const waiting = new Set<() => void>()
  const server = createServer(async (request, response) => {
    let text = ''
    try {
      for await (const chunk of request.setEncoding('utf8')) text += chunk
    } catch {
      // The sender was killed.
      return
    }
    // A check asks without an event.
    if (request.method === 'HEAD') {
      response.writeHead(204).end()
      return
    }
    const event = parseJson(text) as CloudEvent
    if (target.answer && !target.answer(event, request, response)) return
    target.events.push(event)
    response.writeHead(204).end()
    for (const look of waiting) look()
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const target: Target = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: [],
    has(count) {
      return new Promise(resolve => {
        const look = (): void => {
          if (target.events.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return target
}
