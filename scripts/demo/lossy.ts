import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'

/** Stands before the sink and swallows one request: it says that all is well, and passes nothing on. */
export async function startLossyProxy(
  target: string,
  which: number,
): Promise<{ url: string; close(): void }> {
  let count = 0
  const server = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    count += 1
    if (count === which) {
      answer.writeHead(204).end()
      return
    }
    const headers = { 'content-type': incoming.headers['content-type'] ?? '' }
    const { statusCode, body } = await request(target, {
      method: 'POST',
      headers,
      body: Buffer.concat(chunks),
    })
    await body.dump()
    answer.writeHead(statusCode).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
