import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A stream that keeps the rows of a month as the texts that came, and gives them back; it holds no row apart. */
export async function openMonthDoor() {
  let texts: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat(await request.toArray()).toString()
      if (request.method === 'POST') {
        if (body.includes('"operation":"replace_hourly"')) texts = []
        texts.push(body.slice(body.indexOf('[') + 1, body.lastIndexOf(']')))
        return response.end('{}')
      }
      if (request.url?.endsWith('/billing_drops')) return response.end('{"billing_drops":[]}')
      if (texts.length === 0) return response.writeHead(404).end('{}')
      response.write('{"billing_drop":[')
      for (const [index, text] of texts.entries()) response.write(`${index === 0 ? '' : ','}${text}`)
      return response.end(']}')
    })()
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Requests that brought rows. */
    parts: () => texts.length,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
