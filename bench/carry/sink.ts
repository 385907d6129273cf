// The target of every sender: takes events, one or a batch in a request, and counts them.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer } from './answer.ts'
import { createTally } from './tally.ts'

const tally = createTally()
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const json = JSON.parse(Buffer.concat(chunks).toString())
    for (const event of Array.isArray(json) ? json : [json]) tally.take(event)
    response.writeHead(204).end()
  })
})
server.keepAliveTimeout = 60_000
const listening = new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

answer({
  async port() {
    await listening
    return (server.address() as AddressInfo).port
  },
  has: (distinct: number) => tally.has(distinct),
  counted: () => tally.end(),
})
