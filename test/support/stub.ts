import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StubAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it is, anything else as JSON. */
  readonly body: unknown
}

export interface StubRequest {
  readonly headers: IncomingMessage['headers']
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
}

/** An API that answers what a test says, for what no simulator does. Nothing in place of an answer: it hangs. */
export interface Stub {
  readonly url: string
  readonly requests: StubRequest[]
  close(): Promise<void>
}

export async function startStub(
  answer: (request: StubRequest, number: number) => StubAnswer | undefined,
): Promise<Stub> {
  const requests: StubRequest[] = []
  const server = createServer(async (incoming, response) => {
    let body = ''
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://stub')
    const request = { headers: incoming.headers, path: pathname, query: searchParams, body }
    requests.push(request)
    const given = answer(request, requests.length)
    if (!given) return
    const text = typeof given.body === 'string' ? given.body : JSON.stringify(given.body)
    response
      .writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers })
      .end(text)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
