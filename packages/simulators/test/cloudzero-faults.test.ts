import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CloudzeroFaults, type CloudzeroSimulator, startCloudzeroSimulator } from '@billow/simulators'
import { costs, MONTH, row, speaker } from './stream.ts'

let double: CloudzeroSimulator
beforeEach(async () => {
  double = await startCloudzeroSimulator()
})
afterEach(() => double.close())

const key = (name: string) => ({ 'cloudzero-idempotency-key': name })
const outcomes = () => double.requests.entries().map(({ outcome, fault }) => fault ?? outcome)

describe('an idempotency key', () => {
  test('gives the first answer again, whatever the body says, and does nothing', async () => {
    const { send } = speaker(double)
    const first = await send('sum', [row('2024-08-01', '1')], key('a'))
    const second = await send('replace_drop', [row('2024-08-02', '2'), row('2024-08-03', '3')], key('a'))
    expect([second.status, second.body, costs(double)]).toEqual([200, first.body, ['1']])
    await send('sum', [row('2024-08-01', '4')], key('b'))
    expect(costs(double)).toEqual(['1', '4'])
    expect(double.requests.entries().map(({ parameters }) => parameters)).toEqual([
      expect.objectContaining({ idempotencyKey: 'a', operation: 'sum', rows: 1 }),
      { connection: double.connections[0], idempotencyKey: 'a', kept: true },
      expect.objectContaining({ idempotencyKey: 'b', operation: 'sum', rows: 1 }),
    ])
  })

  test('is one of a method and a path', async () => {
    const { send, list, read } = speaker(double)
    await send('sum', [row('2024-08-01', '1')], key('a'))
    expect((await list(key('a'))).body.billing_drops).toHaveLength(1)
    expect((await read(MONTH, key('a'))).body.billing_drop).toHaveLength(1)
    await speaker(double, 1).send('sum', [row('2024-08-01', '2')], key('a'))
    expect(costs(double, 1)).toEqual(['2'])
    await send('sum', [row('2024-08-01', '1')])
    expect((await read(MONTH, key('a'))).body.billing_drop).toHaveLength(1)
  })

  test.each<[string, CloudzeroFaults, number]>([
    ['throttle', { throttle: 1 }, 429],
    ['denied', { denied: 1 }, 403],
    ['serverError', { serverError: 1 }, 500],
    ['unavailable', { unavailable: 1 }, 503],
    ['maxBody', { maxBody: 10 }, 413],
    ['noNegatives', { noNegatives: true }, 400],
  ])('keeps an error too: %s', async (_, fault, status) => {
    const { send } = speaker(double)
    const data = [row('2024-08-01', '-1')]
    double.faults.set(fault)
    const first = await send('sum', data, key('a'))
    double.faults.reset()
    const second = await send('sum', data, key('a'))
    expect([first.status, second.status, second.body]).toEqual([status, status, first.body])
    expect(costs(double)).toEqual([])
    expect((await send('sum', data, key('b'))).status).toBe(200)
  })

  test('keeps a wrong API key’s 403 and a busy stream’s 409, before it looks at either', async () => {
    const { send } = speaker(double)
    const data = [row('2024-08-01', '1')]
    await send('sum', data, { ...key('a'), authorization: 'wrong' })
    expect((await send('sum', data, key('a'))).status).toBe(403)
    const known = await send('sum', data, key('known'))
    double.faults.set({ hold: true })
    const both = [send('sum', data, key('b')), send('sum', data, key('b'))]
    expect((await Promise.race(both)).status).toBe(409)
    expect(await send('sum', data, { ...key('known'), authorization: 'wrong' })).toMatchObject({
      status: 200,
      body: known.body,
    })
    double.faults.set({ hold: false })
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]))
    expect((await send('sum', data, key('b'))).status).toBe(409)
    expect(costs(double)).toEqual(['1', '1'])
  })

  test('is not known any more where the double is forgetful', async () => {
    const { send } = speaker(double)
    double.faults.set({ forgetful: true })
    for (const _ of [1, 2]) await send('sum', [row('2024-08-01', '1')], key('a'))
    expect(costs(double)).toEqual(['1', '1'])
  })
})

describe('when the answer and the work part', () => {
  test('lost: done, and no answer; the key knows it', async () => {
    const { send } = speaker(double)
    const data = [row('2024-08-01', '1')]
    double.faults.set({ lost: 1 })
    await expect(send('sum', data, key('a'))).rejects.toThrow()
    expect(costs(double)).toEqual(['1'])
    expect((await send('sum', data, key('a'))).status).toBe(200)
    expect(costs(double)).toEqual(['1'])
    expect(outcomes()).toEqual(['lost', 'ok'])
    expect(double.requests.entries()[0]).not.toHaveProperty('status')
  })

  test.each<keyof CloudzeroFaults>(['drop', 'badGateway'])(
    '%s: nothing done, and nothing kept',
    async name => {
      const { send } = speaker(double)
      const data = [row('2024-08-01', '1')]
      double.faults.set({ [name]: 1 })
      await expect(send('sum', data, key('a'))).rejects.toThrow()
      expect(costs(double)).toEqual([])
      expect((await send('sum', data, key('a'))).status).toBe(200)
      expect(costs(double)).toEqual(['1'])
    },
  )

  test('errorAfter: 500 is said and kept, and the work was done', async () => {
    const { send } = speaker(double)
    const data = [row('2024-08-01', '1')]
    double.faults.set({ errorAfter: 1 })
    for (const _ of [1, 2]) {
      expect(await send('sum', data, key('a'))).toMatchObject({
        status: 500,
        body: { message: 'Internal Server Error' },
      })
      expect(costs(double)).toEqual(['1'])
    }
  })

  test.each<[keyof CloudzeroFaults, number]>([
    ['early', 200],
    ['gatewayTimeout', 504],
  ])(
    '%s: %i is said at once, and the work is done later; until then the stream is busy',
    async (name, status) => {
      const { send, list } = speaker(double)
      const data = [row('2024-08-01', '1')]
      double.faults.set({ [name]: 1, hold: true })
      expect((await send('sum', data, key('a'))).status).toBe(status)
      expect([(await list()).status, costs(double)]).toEqual([409, []])
      double.faults.set({ hold: false })
      while ((await list()).status !== 200);
      expect(costs(double)).toEqual(['1'])
      expect([(await send('sum', data, key('a'))).status, costs(double)]).toEqual([200, ['1']])
    },
  )

  test('a 504 that is repeated too soon under its key finds the stream busy, and that is kept', async () => {
    const { send, list } = speaker(double)
    const data = [row('2024-08-01', '1')]
    double.faults.set({ gatewayTimeout: 1, hold: true })
    const statuses = [await send('sum', data, key('a')), await send('sum', data, key('a'))]
    double.faults.set({ hold: false })
    while ((await list()).status !== 200);
    statuses.push(await send('sum', data, key('a')))
    expect(statuses.map(({ status }) => status)).toEqual([504, 409, 409])
    expect(costs(double)).toEqual(['1'])
  })

  test('staleRead: a month as it was before its newest change', async () => {
    const { send, read } = speaker(double)
    await send('sum', [row('2024-08-01', '1')])
    await send('replace_drop', [row('2024-08-01', '2')])
    double.faults.set({ staleRead: 1 })
    const seen = [await read(), await read()].map(({ body }) => body.billing_drop[0]?.['cost/cost'])
    expect(seen).toEqual(['1', '2'])
  })

  test('a request that hangs holds its stream until the client gives up', async () => {
    const { drops, list } = speaker(double)
    double.faults.set({ hang: { times: 1, action: 'CreateBillingDrop' } })
    const gone = new AbortController()
    const headers = { authorization: double.keys[0]?.apiKey ?? '' }
    const hung = fetch(`${double.url}${drops}`, { method: 'POST', headers, body: '{}', signal: gone.signal })
    const seen = expect(hung).rejects.toThrow('aborted')
    while (!outcomes().includes('hang')) await new Promise(setImmediate)
    expect((await list()).status).toBe(409)
    gone.abort()
    await seen
    while ((await list()).status !== 200);
  })
})

test('throttle says when to come again where retryAfter is set', async () => {
  const { send } = speaker(double)
  double.faults.set({ throttle: 2, retryAfter: 7 })
  const first = await send('sum', [row('2024-08-01', '1')])
  expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7'])
  expect(first.body).toEqual({ message: 'Too Many Requests' })
  double.faults.set({ retryAfter: null as never })
  expect((await send('sum', [row('2024-08-01', '1')])).headers.get('retry-after')).toBeNull()
})

test('noNegatives: costs below zero are refused, as the published pattern has it', async () => {
  const { send } = speaker(double)
  double.faults.set({ noNegatives: true })
  const answer = await send('sum', [row('2024-08-01', '-1')])
  expect(answer.body.error.message).toBe(
    'data[0]: column "cost/cost": found "-1"; give a plain decimal of at least 0, such as "12.5"',
  )
})

test('the log names operations, and no API key; pages show drops, rows and totals', async () => {
  const { send, read, list, validate, call } = speaker(double)
  await send('replace_hourly', [row('2024-08-01', '0.10')])
  await read()
  await list()
  await validate({})
  await send('sum', [], { 'cloudzero-test-key': 'trial', authorization: 'wrong-key' })
  expect(double.requests.counts()).toEqual({
    CreateBillingDrop: { requests: 2, answered: 1, failed: 1 },
    ReadBillingDrop: { requests: 1, answered: 1, failed: 0 },
    ListBillingDrops: { requests: 1, answered: 1, failed: 0 },
    ValidateBillingDrop: { requests: 1, answered: 1, failed: 0 },
  })
  const [connection] = double.connections
  expect(double.requests.entries()[0]).toMatchObject({
    status: 200,
    parameters: { connection, month: MONTH, operation: 'replace_hourly', rows: 1, bytes: expect.any(Number) },
  })
  const log = await call('GET', '/_simulator/requests')
  expect(JSON.stringify(log.body)).not.toMatch(/wrong-key|cz_test/)
  const page = async (path: string) => (await call('GET', `/_simulator/${path}`)).body
  const month = `connection=${connection}&month=${MONTH}`
  expect(await page('drops')).toEqual({ drops: double.drops() })
  expect(await page(`rows?${month}`)).toEqual({ rows: [row('2024-08-01', '0.10')] })
  expect(await page(`totals?${month}`)).toEqual({
    totals: [{ day: '2024-08-01', service: 'Compute', amount: '0.1', rows: 1 }],
  })
  expect(await page('rows?connection=x&month=2024')).toEqual({
    error: 'month: found "2024"; give a month such as 2024-08',
  })
  expect(await page('totals')).toEqual({ error: 'connection: give the connection id of a stream' })
  expect((await page('billed')).error).toContain('GET rows?connection=&month=')
})
