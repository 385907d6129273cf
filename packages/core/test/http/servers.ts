import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { freePort } from '../support/port.ts'

/** A request that a test server got. */
export interface Got {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Which connection it came on, from 1. */
  readonly connection: number
}

export interface TestServer {
  readonly url: string
  readonly got: readonly Got[]
  /** Connections opened so far. */
  connections(): number
  /** Resolves when so many requests came. */
  requests(count: number): Promise<void>
  close(): Promise<void>
}

type Handler = (got: Got, response: ServerResponse, request: IncomingMessage) => unknown

/** A server on a free port, HTTPS with `tls`, that remembers what it got and answers as told, 204 without. */
export async function startServer(
  handler: Handler = (_, response) => response.writeHead(204).end(),
  tls?: { readonly cert: string; readonly key: string },
): Promise<TestServer> {
  const got: Got[] = []
  const sockets = new Map<Socket, number>()
  const waiting = new Set<() => void>()
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const connection = sockets.get(request.socket) ?? 0
      const item = { method, url, headers, body: Buffer.concat(chunks).toString(), connection }
      got.push(item)
      for (const wake of waiting) wake()
      handler(item, response, request)
    })
  }
  const server = tls ? createHttpsServer(tls, onRequest) : createServer(onRequest)
  server.on('connection', socket => sockets.set(socket, sockets.size + 1))
  return {
    url: (await listening(server)).replace('http:', tls ? 'https:' : 'http:'),
    got,
    connections: () => sockets.size,
    async requests(count) {
      while (got.length < count) {
        await new Promise<void>(resolve => {
          waiting.add(resolve)
        })
      }
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** A TCP server that does with a connection what it is told. */
export async function startTcp(
  onConnection: (socket: Socket) => void,
): Promise<Pick<TestServer, 'url' | 'close'>> {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  return {
    url: await listening(server),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The URL of a port on which nobody listens. */
export const closedPort = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`
