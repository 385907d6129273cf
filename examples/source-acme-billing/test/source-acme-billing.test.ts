import { metrics, trace } from '@opentelemetry/api'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import {
  type CloudEvent,
  connect,
  createStatus,
  openSqliteStore,
  parseClock,
  Secret,
  Type,
  type Side,
  type Sink,
} from '@billow/core'
import { acmeBilling } from '../src/index.ts'

const silent = { info() {}, warn() {}, error() {}, debug() {} } as unknown as Side['log']

describe('the example connector', () => {
  test("sends Acme's newest day, with Acme's own digits", async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`)
      response.end('{"closed":true,"lines":[{"product":"disk","cost":"0.10","currency":"EUR"}]}')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo

    const events: CloudEvent[] = []
    const stop = new AbortController()
    const sink: Sink = {
      name: 'sink-test',
      config: Type.Object({}),
      open: async () => ({
        write: async batch => {
          events.push(...batch)
          stop.abort()
          return undefined
        },
      }),
    }
    const config = {
      endpoint: `http://127.0.0.1:${port}`,
      customer: '42',
      token: new Secret('t0ken'),
      pull_hour: 2,
      pull_zone: 'UTC',
      catch_up_days: 31,
    }
    const clock = parseClock('2024-05-06')
    const store = openSqliteStore(':memory:')
    const side: Side = {
      config,
      clock,
      log: silent,
      state: store.open('acme'),
      meter: metrics.getMeter('acme'),
      tracer: trace.getTracer('acme'),
    }
    await connect(acmeBilling, side, sink, side, {
      attempts: 1,
      status: createStatus('acme', clock.now),
      stop: stop.signal,
      abandon: new AbortController().signal,
      restart: false,
    })
    server.close()
    await store.close()
    expect(asked).toEqual(['/bills/2024-05-05 Bearer t0ken'])
    expect(events).toEqual([
      expect.objectContaining({
        source: 'acme.billing',
        type: 'acme.billing.daily',
        data: { product: 'disk', cost: '0.10', currency: 'EUR' },
      }),
    ])
  })
})
