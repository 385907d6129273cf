import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { atEnd } from './fixtures.ts'

export interface TestProxy {
  readonly url: string
  /** What it was asked for: `CONNECT host:port`, or `POST http://…`. */
  readonly asked: readonly string[]
}

/**
 * A proxy that ends with the test. It goes to 127.0.0.1 whatever the host, and wants `user:password` where they are
 * given.
 */
export async function proxy(credentials?: string): Promise<TestProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  const server = createServer((got, response) => {
    asked.push(`${got.method} ${got.url}`)
    const { 'proxy-authorization': given, ...headers } = got.headers
    if (wanted && given !== wanted) return response.writeHead(407).end()
    const { port, pathname } = new URL(got.url ?? '')
    const onward = request(
      { port, path: pathname, host: '127.0.0.1', method: got.method, headers },
      answer => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      },
    )
    return got.pipe(onward)
  })
  server.on('connection', socket => sockets.add(socket))
  server.on('connect', (got, socket: Socket, head) => {
    asked.push(`CONNECT ${got.url}`)
    socket.on('error', () => undefined)
    if (wanted && got.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const onward = connect(Number(got.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    sockets.add(onward)
    onward.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
