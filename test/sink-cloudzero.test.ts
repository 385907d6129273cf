import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CloudzeroSimulator, type Simulators, startCloudzeroSimulator } from '@billow/simulators'
import { request } from 'undici'
import { freePort } from '../packages/core/test/support/port.ts'
import { type Server, startServer } from '../packages/state-postgres/test/server.ts'
import { type App, endInTime, newPlace, type Place, ROOT } from './support/app.ts'
import { startClouds } from './support/clouds.ts'
import { newPipelinePlace } from './support/pipeline.ts'

const NAME = 'sink-cloudzero'
const MONTH = '2024-05'
const CLOCK = ['--clock', '2024-05-20']

const started = await startServer()
const withServer = started ? test : test.skip
const server = started as Server
afterAll(() => started?.close())

let cloudzero: CloudzeroSimulator
let apps: App[]
beforeEach(async () => {
  cloudzero = await startCloudzeroSimulator()
  apps = []
})
afterEach(async () => {
  for (const { child } of apps) child.kill('SIGKILL')
  await Promise.all(apps.map(({ ended }) => ended))
  await cloudzero.close()
})

const connection = (): string => cloudzero.connections[0] as string

/** A place with a configuration for the simulator. */
function placeWith(more = ''): Place {
  const place = newPlace()
  place.config(`port: 0
host: 127.0.0.1
endpoint: ${cloudzero.url}
connection_id: ${connection()}
currency: USD
secret: { api_key: ${cloudzero.keys[0]?.apiKey} }
flush: { quiet: 0 }
focus: { defaults: { BillingAccountId: "123456789012" } }
${more}`)
  return place
}

function start(place: Place, env: Readonly<Record<string, string>> = {}): App {
  const app = place.start(NAME, CLOCK, env)
  apps.push(app)
  return app
}

async function portOf(app: App): Promise<number> {
  await app.saw('"msg":"listening"')
  return Number(/"port":(\d+)/.exec(app.output().stderr)?.[1])
}

/** Posts a charge of USD 1 for a day of May; resolves to the status. */
async function post(port: number, day: string): Promise<number> {
  const cost = { amount: '1', unit: 'USD' }
  const { statusCode, body } = await request(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({
      specversion: '1.0',
      id: `00000000-0000-5000-8000-0000000000${day.slice(-2)}`,
      source: 'cloud.aws.billing',
      type: 'aws.service.daily',
      data: {
        date: day,
        service: 'AWS Lambda',
        amortizedCost: cost,
        blendedCost: cost,
        netAmortizedCost: cost,
        netUnblendedCost: cost,
        unblendedCost: cost,
      },
    }),
  })
  await body.dump()
  return statusCode
}

const readyz = async (port: number) => {
  const { statusCode, body } = await request(`http://127.0.0.1:${port}/readyz`)
  return { status: statusCode, body: (await body.json()) as Record<string, unknown> }
}

const given = ({ url, keys: [key] }: Pick<Simulators['aws' | 'alicloud'], 'url' | 'keys'>): string =>
  `{ endpoint: "${url}", secret: { access_key_id: ${key?.accessKeyId}, secret_access_key: ${key?.secretAccessKey} } }`

const sorted = (names: readonly string[]): string[] => [...new Set(names)].toSorted()

const days = (): string[] => cloudzero.totals(connection(), MONTH).map(({ day }) => day)

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 20))
}

describe('the program sink-cloudzero', () => {
  test('takes events while CloudZero is down, says so, and is sent to all the same', async () => {
    cloudzero.faults.set({ unavailable: true })
    const place = placeWith()
    const app = start(place)
    const port = await portOf(app)
    expect(await post(port, '2024-05-01')).toBe(204)
    await until(async () => (await readyz(port)).body['state'] === 'retrying')
    expect(await post(port, '2024-05-02')).toBe(204)
    expect(await readyz(port)).toMatchObject({
      status: 200,
      body: { state: 'retrying', taking: true, reason: expect.stringContaining('503') },
    })
    expect(await place.run(NAME, ['health'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('is retrying since'),
    })
    const { body } = await request(`http://127.0.0.1:${port}/metrics`)
    expect(await body.text()).toContain(`billow_connector_state{connector="${NAME}",state="retrying"} 1`)
    cloudzero.faults.reset()
    await until(() => days().length === 2)
    await until(async () => (await readyz(port)).body['state'] === 'running')
    expect(await place.run(NAME, ['health'])).toMatchObject({ code: 0 })
  })

  test('ends with 0 in time while CloudZero does not answer, and sends what it kept at its next start', async () => {
    cloudzero.faults.set({ hang: true })
    const place = placeWith()
    const app = start(place)
    expect(await post(await portOf(app), '2024-05-01')).toBe(204)
    await until(() => cloudzero.requests.entries().length > 0)
    app.child.kill('SIGTERM')
    expect(await endInTime(app)).toBe(0)
    cloudzero.faults.reset()
    start(place)
    await until(() => days().length === 1)
  })

  test('a second process on another port stands by, and goes on where the first was killed', async () => {
    const place = placeWith()
    const first = start(place)
    expect(await post(await portOf(first), '2024-05-01')).toBe(204)
    const admin = await freePort()
    const second = start(place, {
      CONNECTOR_ADMIN_PORT: String(admin),
      CONNECTOR_PORT: String(await freePort()),
    })
    await second.saw('standing by')
    expect(second.output().stderr).not.toContain('"listening"')
    expect(await readyz(admin)).toMatchObject({ status: 200, body: { state: 'standby' } })
    await until(() => days().length === 1)
    first.child.kill('SIGKILL')
    expect(await post(await portOf(second), '2024-05-02')).toBe(204)
    await until(() => days().length === 2)
    expect(await place.run(NAME, ['check', '--month', MONTH, ...CLOCK])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('difference 0'),
    })
  })

  test('in a pipeline several sources post to it, and both currencies arrive', async () => {
    const clouds = await startClouds()
    const config = `endpoint: ${cloudzero.url}, connections: { USD: ${cloudzero.connections[0]}, CNY: ${cloudzero.connections[1]} }, secret: { api_key: ${cloudzero.keys[0]?.apiKey} }, flush: { quiet: 0 }, focus: { defaults: { BillingAccountId: "1" } }`
    const port = await freePort()
    const { aws, alicloud } = clouds
    const place = newPipelinePlace({}, join(ROOT, 'apps/billow/dist/main.js'))
    place.file(
      'pipeline.yml',
      `connectors:
  - { name: cloudzero, sink: "@billow/sink-cloudzero", config: { ${config} }, receiver: { port: ${port}, host: 127.0.0.1 } }
  - { name: aws, source: "@billow/source-aws-billing", config: ${given(aws)}, target: "http://127.0.0.1:${port}" }
  - { name: alibaba, source: "@billow/source-alicloud-billing", config: ${given(alicloud)}, target: "http://127.0.0.1:${port}" }
`,
    )
    const clock = ['--clock', '2024-05-15']
    apps.push(place.billow('run', 'pipeline.yml', ...clock))
    const services = (): string[][] =>
      cloudzero.connections.map(id => cloudzero.totals(id, MONTH).map(({ service }) => service))
    const billed = ['USD', 'CNY'].map(currency =>
      [aws, alicloud]
        .flatMap(cloud => cloud.billed('2024-05-14', '2024-05-14'))
        .filter(row => row.currency === currency)
        .map(({ name }) => name),
    )
    await until(() => isDeepStrictEqual(services().map(sorted), billed.map(sorted)))
    await place.is({ cloudzero: 'running', aws: 'running', alibaba: 'running' })
    const check = ['check', 'pipeline.yml', 'cloudzero', '--month', MONTH, ...clock]
    expect(await place.command(...check)).toMatchObject({ code: 0 })
    await place.end()
    await clouds.close()
  })

  withServer('of replicas over PostgreSQL one works, and another goes on with what it knew', async () => {
    const store = `store_config: { type: postgres, url: "${server.url}", lease_seconds: 2 }\n`
    const first = start(placeWith(store))
    expect(await post(await portOf(first), '2024-05-01')).toBe(204)
    await until(() => days().length === 1)
    const other = start(placeWith(store))
    await other.saw('standing by')
    first.child.kill('SIGKILL')
    const port = await portOf(other)
    // The same event again, and another: the first one's charge is known here.
    expect(await post(port, '2024-05-01')).toBe(204)
    expect(await post(port, '2024-05-02')).toBe(204)
    await until(() => days().length === 2)
    expect(cloudzero.totals(connection(), MONTH)).toMatchObject([{ amount: '1' }, { amount: '1' }])
  })
})
