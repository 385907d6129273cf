import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CloudEvent } from '../../src/connector.ts'
import { parseJson } from '../../src/json.ts'

export interface Server {
  readonly url: string
  /** The bodies that it acknowledged, as texts and as events. */
  readonly texts: string[]
  readonly events: CloudEvent[]
  /** The headers of the newest request. */
  headers: Readonly<Record<string, unknown>>
  /** The status for an event; 204 if left out. */
  answer: ((event: CloudEvent) => number) | undefined
  close(): Promise<void>
}

/** A target for structured events, one a request. */
export async function startServer(answer?: (event: CloudEvent) => number): Promise<Server> {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const event = parseJson(text) as CloudEvent
    me.headers = request.headers
    const status = me.answer?.(event) ?? 204
    if (status < 300) {
      me.texts.push(text)
      me.events.push(event)
    }
    response.writeHead(status).end(status < 300 ? undefined : `cannot take ${event.id}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const me: Server = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    texts: [],
    events: [],
    headers: {},
    answer,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return me
}
