import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { type CloudEvent, stringifyJson } from '@billow/core'
import { type Address, type Case, register, sinkCases, sourceCases } from '@billow/testing'
import { Agent, request } from 'undici'
import { createReceiver, httpTarget } from '../../core/src/http/index.ts'

const TOKEN = 'a-token-of-the-test'
const MEDIA_TYPE = 'application/cloudevents+json'

/** Each is a half of a program, and its keys are the other half's: that rule is for connectors. */
const ofHalves = (cases: readonly Case[]): readonly Case[] =>
  cases.filter(({ name }) => name !== "config: its keys are none of the runtime's")

/** A server that stores what is posted to it, but for events without data. */
async function startServer() {
  const stored = new Map<string, CloudEvent>()
  const server = createServer(async (incoming, response) => {
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk
    const { status } = state
    if (status === 0) return
    const events = incoming.method === 'POST' ? [JSON.parse(text) as CloudEvent | CloudEvent[]].flat() : []
    const refused = events.some(({ data }) => data === undefined)
    if (status === 204 && !refused) for (const event of events) stored.set(event.id, event)
    response.writeHead(status === 204 && refused ? 422 : status).end()
  })
  const state = { status: 204 }
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    config: { target: `http://127.0.0.1:${port}` },
    stored,
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  })
}
type Server = Awaited<ReturnType<typeof startServer>>

const answering = (status: number) => (server: Server) => {
  server.status = status
}

for (const batch_size of [1, 5]) {
  const cases = sinkCases({
    sink: httpTarget,
    config: { auth: { token: TOKEN }, batch_size, max_in_flight: 4 },
    invalid: [
      { key: 'target', value: 'nowhere' },
      { key: 'batch_size', value: 0 },
      { key: 'mode', value: 'batched' },
    ],
    outside: startServer,
    stored: ({ stored }) => [...stored.values()],
    refuses: [{ specversion: '1.0', id: 'empty', source: 'a-test', type: 'without-data' }],
    idempotent: true,
    faults: {
      deny: answering(401),
      fail: answering(503),
      throttle: answering(429),
      hang: answering(0),
      heal: answering(204),
    },
  })
  register(`the HTTP target, ${batch_size} in a request`, ofHalves(cases))
}

const EVENTS = Array.from(
  { length: 12 },
  (_, n): CloudEvent => ({ specversion: '1.0', id: `${n}`, source: 'a-test', type: 'posted', data: { n } }),
)

/** Senders that post again what got no final answer. */
function openSenders() {
  const dispatcher = new Agent()
  const open = new Set(EVENTS)
  async function post(event: CloudEvent, { port }: Address, signal: AbortSignal): Promise<void> {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': MEDIA_TYPE },
      body: stringifyJson(event) ?? '',
      dispatcher,
      signal,
    })
    await body.dump()
    if (statusCode < 500) open.delete(event)
  }
  return {
    close: () => dispatcher.destroy(),
    async push(address: Address, signal: AbortSignal) {
      while (open.size > 0) {
        await Promise.all([...open].map(event => post(event, address, signal).catch(() => undefined)))
        if (open.size > 0) await setTimeout(1, undefined, { signal })
      }
    },
  }
}

register(
  'the HTTP receiver',
  ofHalves(
    sourceCases({
      source: createReceiver(),
      config: { port: 0, host: '127.0.0.1', auth: { token: TOKEN } },
      invalid: [
        { key: 'port', value: -1 },
        { key: 'auth.token', value: undefined },
      ],
      outside: openSenders,
      produces: EVENTS.length,
      push: (senders, address, signal) => senders.push(address, signal),
    }),
  ),
)
