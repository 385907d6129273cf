import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CloudzeroSimulator, startCloudzeroSimulator } from '@billow/simulators'
import { type Server, startServer } from '../../packages/state-postgres/test/server.ts'
import { createChargeBill } from '../../soak/charges/bill.ts'
import { difference } from '../../soak/charges/compare.ts'
import { configOf, STREAMS } from '../../soak/charges/config.ts'
import { createOwed, send } from '../../soak/charges/sender.ts'
import { seededRandom } from '../../soak/random.ts'
import { type App, newPlace, type Place } from '../support/app.ts'
import { listening, startSink, until } from './sink.ts'

const started = await startServer()
const withServer = started ? describe : describe.skip
const server = started as Server

let simulator: CloudzeroSimulator
const apps: App[] = []
beforeEach(async () => {
  simulator = await startCloudzeroSimulator()
})
afterEach(async () => {
  for (const { child, ended } of apps.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  await simulator.close()
})

function newSinkPlace(more = ''): Place {
  const place = newPlace()
  const way = { operation: 'replace_hourly', maxBytes: 2000, quiet: 0.3 } as const
  place.config(configOf(simulator.url, way) + more)
  return place
}

/** A bill, what of it is owed to a sink, and whether CloudZero has all of it. */
function createBill() {
  const random = seededRandom(21)
  const bill = createChargeBill({ random, currencies: Object.keys(STREAMS) })
  const owed = createOwed(random)
  return {
    /** Posts more charges until all are acknowledged. */
    async post(url: string): Promise<void> {
      for (let times = 0; times < 3; times += 1) owed.owe(bill.issue())
      const over = new AbortController()
      const faults: string[] = []
      const onFault = (fault: string): void => void faults.push(fault)
      const sending = send({
        url,
        owed,
        random,
        signal: over.signal,
        onAcknowledged: () => undefined,
        onFault,
      })
      await until(() => owed.open() === 0)
      over.abort()
      await sending
      expect(faults).toEqual([])
    },
    all: (): boolean => owed.open() === 0 && difference(simulator, STREAMS, bill.live()) === undefined,
  }
}

test('a second sink on the same data directory does not start; after kill -9 of the first it goes on', async () => {
  const { post, all } = createBill()
  const place = newSinkPlace()
  const first = await startSink(place)
  apps.push(first.app)
  await post(first.url)
  const second = place.start(first.program)
  expect(await second.ended).toBe(75)
  expect(second.output().stderr).toContain(`process ${first.app.child.pid}`)
  first.app.child.kill('SIGKILL')
  await first.app.ended
  apps.push((await startSink(place)).app)
  await until(all)
})

withServer('replicas over one PostgreSQL', () => {
  test('of two sinks one works; the other takes over what the first had acknowledged', async () => {
    const { post, all } = createBill()
    await server.sql('CREATE DATABASE writers')
    const url = server.urlOf({ database: 'writers' })
    const store = `store_config:\n  type: postgres\n  url: ${url}\n  lease_seconds: 1\n`
    const first = await startSink(newSinkPlace(store))
    const second = newSinkPlace(store).start(first.program, ['run', '--clock', '2024-04-15'])
    apps.push(first.app, second)
    await second.saw('standing by')
    await post(first.url)
    first.app.child.kill('SIGKILL')
    await post(await listening(second))
    await until(all)
    await server.close()
  })
})
