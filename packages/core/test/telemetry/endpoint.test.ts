import { expect, test } from '@jest/globals'
import { Secret } from '../../src/config/secret.ts'
import { createAdminServer } from '../../src/http/index.ts'
import { createBoard } from '../../src/pipeline/board.ts'
import { observeProcess } from '../../src/telemetry/process.ts'
import { atEnd } from '../http/fixtures.ts'
import { ask, receive } from '../http/receiving.ts'
import { faultsOf } from './lint.ts'
import { seriesOf } from './reading.ts'

const SECRET = 'the token of this receiver'

test('/metrics is beside /healthz and /readyz on the admin port, and needs no credentials', async () => {
  const board = createBoard()
  board.cell('a').set('running')
  const server = await createAdminServer({ ...board.all, at: { port: 0, host: '127.0.0.1' } })
  atEnd(() => server.close())
  const reply = await ask(`http://127.0.0.1:${server.port}/metrics`)
  expect(reply.status).toBe(200)
  expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(faultsOf(reply.text)).toEqual([])
  expect(reply.text).toContain('billow_connector_state{connector="a",state="running"} 1\n')
})

test('/metrics is on the port of a receiver, also where its events need a token', async () => {
  const board = createBoard()
  board.cell('sink')
  const watch = board.of('sink')
  const { url } = await receive({ auth: { token: new Secret(SECRET) } }, undefined, { watch })
  const reply = await ask(`${url}/metrics`)
  expect(reply.status).toBe(200)
  expect(reply.text).toContain('billow_connector_state{connector="sink",state="starting"} 1\n')
  expect(await ask(`${url}/readyz`)).toMatchObject({ status: 503, json: { state: 'starting' } })
  expect((await ask(url, { method: 'POST' })).status).toBe(401)
})

test('the state of each connector is the one that /readyz tells', async () => {
  const board = createBoard()
  const states = async (connector: string) =>
    [...seriesOf((await board.all.metrics?.()) ?? '')]
      .filter(([series, value]) => series.includes(`connector="${connector}"`) && value === 1)
      .map(([series]) => /state="(\w+)"/.exec(series)?.[1])
  board.cell('a')
  const cell = board.cell('b')
  for (const state of ['running', 'standby', 'retrying', 'failed', 'stopped'] as const) {
    cell.set(state, 'the reason of it, which may name a customer')
    expect([await states('a'), await states('b')]).toEqual([['starting'], [state]])
  }
  expect(await board.all.metrics?.()).not.toContain('customer')
  board.remove('b')
  expect(await states('b')).toEqual([])
})

test('one that has trouble and takes what comes is ready, and does not hide the trouble', () => {
  const board = createBoard()
  const cell = board.cell('sink')
  for (const { readiness } of [board.of('sink'), board.all]) {
    cell.set('retrying', 'down', true)
    expect(readiness()).toMatchObject({ ready: true })
    expect(JSON.stringify(readiness().body)).toContain('"state":"retrying","')
    cell.set('retrying', 'down')
    expect(readiness()).toMatchObject({ ready: false })
  }
})

test('the process shows what it takes', async () => {
  const board = createBoard()
  observeProcess(board.meter({}))
  const text = (await board.all.metrics?.()) ?? ''
  expect(faultsOf(text)).toEqual([])
  const series = seriesOf(text)
  const now = Date.now() / 1000
  expect([...series.keys()].filter(name => name.startsWith('billow_build_info'))).toEqual([
    `billow_build_info{node="${process.version}",version="unknown"}`,
  ])
  expect(series.get('process_start_time_seconds')).toBeGreaterThan(now - 3600)
  expect(series.get('process_start_time_seconds')).toBeLessThan(now)
  expect(series.get('process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(10e6)
  expect(series.get('nodejs_heap_used_bytes')).toBeGreaterThan(1e6)
  expect(series.get('nodejs_eventloop_delay_p99_seconds')).toBeGreaterThanOrEqual(0)
})
