import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testSource } from '@billow/testing'
import { acmeBilling } from '../src/index.ts'

const LINES = [
  { product: 'cpu', cost: '12.00', currency: 'EUR' },
  { product: 'disk', cost: '0.10', currency: 'EUR' },
]

/** Acme's API on a free port; `answer` is the status of its answers, 0 for none at all. */
async function startAcme() {
  const acme = { answer: 200, requests: 0 }
  const server = createServer((_, response) => {
    acme.requests += 1
    if (acme.answer === 0) return
    response.writeHead(acme.answer).end(JSON.stringify({ closed: true, lines: LINES }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    await once(server.close(), 'close')
  }
  return Object.assign(acme, { config: { endpoint: `http://127.0.0.1:${port}` }, close })
}
type Acme = Awaited<ReturnType<typeof startAcme>>

const answering = (status: number) => (acme: Acme) => {
  acme.answer = status
}

testSource({
  source: acmeBilling,
  config: { customer: '42', token: 'a-token-of-acme' },
  invalid: [
    { key: 'endpoint', value: 'acme' },
    { key: 'token', value: undefined },
  ],
  outside: startAcme,
  produces: LINES.length,
  requests: acme => acme.requests,
  faults: { deny: answering(401), fail: answering(500), hang: answering(0), heal: answering(200) },
})
