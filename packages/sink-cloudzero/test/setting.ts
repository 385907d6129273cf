import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openSqliteStore, type State } from '@billow/core'
import { cloudzero } from '@billow/sink-cloudzero'
import { CLOUDZERO_TEST_KEY, type CloudzeroSimulator, startCloudzeroSimulator } from '@billow/simulators'
import { afterEach, beforeEach, expect } from '@jest/globals'
import { type Running, type RunOptions, run, until, USD } from './support.ts'

export const newState = (): State => openSqliteStore(':memory:').open('test')

/** A simulator for each test, and the sinks that a test starts. */
export function setting() {
  let simulator: CloudzeroSimulator
  const running: Running[] = []
  const ends: (() => unknown)[] = []

  async function stopAll(): Promise<void> {
    for (const one of running.splice(0)) await one.stop()
  }
  beforeEach(async () => {
    simulator = await startCloudzeroSimulator()
  })
  afterEach(async () => {
    await stopAll()
    for (const end of ends.splice(0)) await end()
    await simulator.close()
  })

  const totals = (connection = USD, month = '2024-08'): string[] =>
    simulator
      .totals(connection, month)
      .map(({ day, service, amount, rows }) => `${day} ${service} ${amount} ${rows}`)

  return {
    get simulator() {
      return simulator
    },
    stopAll,
    totals,
    /** The terminal says yes. Gives what was printed. */
    async takeOver({ context }: Running, day: string): Promise<string> {
      const lines: string[] = []
      const terminal = {
        print: (line: string) => void lines.push(line),
        note: () => undefined,
        progress: () => undefined,
        confirm: async () => true,
      }
      const code = await cloudzero.commands?.['take-over']?.run({
        context,
        terminal,
        deliver: async () => undefined,
        options: { day, currency: 'USD' },
      })
      expect(code).toBe(0)
      return lines.join('\n')
    },
    /** Resolves when the USD stream's August is just this: day, service, amount, rows. */
    has: (...wanted: readonly string[]) => until(() => totals().join() === wanted.join()),
    /** `url` is what stands before the simulator. */
    async start(
      options: RunOptions = {},
      { url }: Pick<CloudzeroSimulator, 'url'> = simulator,
    ): Promise<Running> {
      const one = await run({ url }, options)
      running.push(one)
      return one
    },
    /** Rows of somebody else in the USD stream. */
    async others(...rows: readonly Readonly<Record<string, string>>[]): Promise<void> {
      const answer = await fetch(`${simulator.url}/v2/connections/billing/anycost/${USD}/billing_drops`, {
        method: 'POST',
        headers: { authorization: CLOUDZERO_TEST_KEY.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ month: '2024-08', operation: 'sum', data: rows }),
      })
      expect(answer.status).toBe(200)
    },
    /** What stands before the simulator. */
    async before(answer: (request: Request, ask: () => Promise<Answer>) => Promise<Answer> | Answer) {
      const server = createServer((request, response) => {
        void (async () => {
          const body = Buffer.concat(await request.toArray()).toString()
          const { method = 'GET', url = '', headers } = request
          const kept = ['authorization', 'content-type', 'cloudzero-idempotency-key']
          const ask = async (): Promise<Answer> => {
            const said = await fetch(simulator.url + url, {
              method,
              headers: Object.fromEntries(
                kept.flatMap(name => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
              ),
              ...(body !== '' && { body }),
            })
            return { status: said.status, body: await said.text() }
          }
          const { status, headers: more, body: text } = await answer({ method, path: url, body }, ask)
          response.writeHead(status, more).end(text)
        })().catch(() => response.destroy())
      })
      await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
      ends.push(async () => {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
      })
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    },
  }
}

interface Request {
  readonly method: string
  readonly path: string
  readonly body: string
}
interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** Resolves when a sink saw that CloudZero has what it sent, so many times. */
export const seen = ({ log }: Running, times = 1): Promise<void> =>
  until(() => log.filter(line => line.includes('CloudZero has it')).length >= times)

export const theirs = (day: string, more = {}) => ({
  'time/usage_start': `${day}T00:00:00Z`,
  'cost/cost': '100',
  'resource/service': 'Theirs',
  ...more,
})
