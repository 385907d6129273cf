import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { parseClock } from '@billow/core'
import { startSimulators } from '@billow/simulators'
import { accountDay, bss, costExplorer, oneDay } from './clients.ts'

const { aws, alicloud, close } = await startSimulators({ clock: parseClock('2024-05-15') })
const doubles = [aws, alicloud]

beforeEach(() => doubles.forEach(double => double.faults.reset()))
afterAll(close)

async function ask(url: string, path: string, method = 'GET', body?: object) {
  const answer = await fetch(`${url}/_simulator/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}

test('billed and anomalies over HTTP are those of the library', async () => {
  for (const double of doubles) {
    const period = 'from=2024-05-01&to=2024-05-14'
    expect((await ask(double.url, `billed?${period}`)).body).toEqual({
      metric: double === aws ? 'UnblendedCost' : 'PretaxAmount',
      billed: double.billed('2024-05-01', '2024-05-14'),
    })
    expect((await ask(double.url, `anomalies?${period}`)).body).toEqual({
      anomalies: double.anomalies('2024-05-01', '2024-05-14'),
    })
  }
})

test('requests are counted by action, with what they cost, until they are cleared', async () => {
  for (const double of doubles) double.requests.clear()
  await costExplorer(aws)(oneDay('2024-05-13', '2024-05-14'))
  await bss(alicloud)('QueryAccountBill', accountDay('2024-05-13'))
  expect((await ask(aws.url, 'requests')).body).toMatchObject({
    counts: {
      GetCostAndUsage: { requests: 1, answered: 1, failed: 0, cost: { amount: '0.01', currency: 'USD' } },
    },
    requests: [
      { action: 'GetCostAndUsage', status: 200, outcome: 'ok', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    ],
  })
  expect((await ask(alicloud.url, 'requests')).body).toMatchObject({
    counts: { QueryAccountBill: { requests: 1, answered: 1, failed: 0 } },
    requests: [{ action: 'QueryAccountBill', parameters: accountDay('2024-05-13') }],
  })
  expect(JSON.stringify((await ask(alicloud.url, 'requests')).body)).not.toContain(
    alicloud.keys[0]?.secretAccessKey,
  )
  await ask(aws.url, 'requests', 'DELETE')
  expect((await ask(aws.url, 'requests')).body).toEqual({ counts: {}, requests: [] })
})

test('faults are set, shown and reset over HTTP', async () => {
  expect((await ask(aws.url, 'faults', 'POST', { throttle: 1, latencyMs: 1 })).body).toEqual({
    throttle: { times: 1 },
    latencyMs: 1,
  })
  await expect(costExplorer(aws)(oneDay('2024-05-13', '2024-05-14'))).rejects.toThrow('Rate exceeded')
  expect((await ask(aws.url, 'faults')).body).toEqual({ latencyMs: 1 })
  expect((await ask(aws.url, 'faults', 'POST', { latencyMs: null })).body).toEqual({})
  await ask(aws.url, 'faults', 'POST', { hang: true })
  expect((await ask(aws.url, 'faults', 'DELETE')).body).toEqual({})
})

test('a correction over HTTP changes the bill', async () => {
  const read = () => aws.billed('2024-05-02', '2024-05-02').find(b => b.service === 'AWS Lambda')?.amount
  const before = read()
  const correction = { day: '2024-05-02', service: 'AWS Lambda', factor: '0' }
  expect((await ask(aws.url, 'corrections', 'POST', correction)).status).toBe(200)
  expect([before === '0', read()]).toEqual([false, '0'])
})

test.each([
  ['GET', 'billed?from=2024-05-01', undefined, 'to: found ""'],
  ['GET', 'billed?from=2024-02-30&to=2024-05-01', undefined, 'from: found "2024-02-30"'],
  ['POST', 'faults', { nothing: 1 }, 'no switch "nothing"'],
  ['POST', 'faults', [], 'must be a JSON object'],
  ['POST', 'corrections', { day: '2024-05-01', service: 'x', factor: 2 }, 'factor: give decimal text'],
] as const)('%s %s says what is wrong', async (method, path, body, message) => {
  const answer = await ask(aws.url, path, method, body)
  expect(answer).toEqual({ status: 400, body: { error: expect.stringContaining(message) } })
})

test('other pages are not there, and tell which are', async () => {
  const answer = await ask(aws.url, 'bills')
  expect(answer).toEqual({ status: 404, body: { error: expect.stringContaining('GET billed?from=&to=') } })
})
