import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CloudzeroSimulator, startCloudzeroSimulator } from '@billow/simulators'
import { parse } from 'csv-parse/sync'
import { shared } from '../../../test/support/shared.ts'
import { costs, MONTH, type Row, row, speaker } from './stream.ts'

let double: CloudzeroSimulator
let now = Date.parse('2026-11-22T00:00:00Z')
beforeEach(async () => {
  double = await startCloudzeroSimulator({ realTime: () => new Date(now) })
})
afterEach(() => double.close())

test('the payload of the users’ document makes a drop, which the list and the month give back', async () => {
  const { call, drops, read, list } = speaker(double)
  const sent = {
    month: '2024-08-16T14:27:46+00:00',
    operation: 'replace_drop',
    data: [
      {
        'lineitem/type': 'Usage',
        'time/usage_start': '2024-08-16T13:00:00Z',
        'resource/id': 'instance-0000',
        'resource/service': 'Compute',
        'cost/cost': '12',
      },
    ],
  }
  expect((await list()).body).toEqual({ billing_drops: [] })
  const made = await call('POST', drops, JSON.stringify(sent))
  const drop = {
    drop_id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    month: '2024-08-01T00:00:00+00:00',
    row_count: 1,
  }
  expect(made).toMatchObject({ status: 200, body: { connection: drop } })
  expect((await list()).body).toEqual({ billing_drops: [made.body.connection] })
  expect(await read()).toMatchObject({ status: 200, body: { billing_drop: sent.data } })
  expect((await read('2024-08-16T14:27:46+00:00')).body).toEqual({ billing_drop: sent.data })
  expect(double.drops()).toEqual([
    { connection: double.connections[0], dropId: made.body.connection.drop_id, month: MONTH, rowCount: 1 },
  ])
})

const example = shared('cloudzero/cloud_cbf.csv')
const rule = example.there ? test : test.skip
rule(`the published example of an adaptor is taken, and adds up${example.why}`, async () => {
  const data = parse<Row>(readFileSync(example.path), { columns: true })
  const { call, drops } = speaker(double)
  const answer = await call('POST', drops, JSON.stringify({ month: '2024-09', data }))
  expect(answer.body.connection).toMatchObject({ row_count: data.length })
  expect(double.rows(double.connections[0] ?? '', '2024-09')).toEqual(data)
  expect(double.totals(double.connections[0] ?? '', '2024-09')).toEqual([
    { day: '2024-09-01', service: 'CommittedUse', amount: '90', rows: 1 },
    { day: '2024-09-01', service: 'MVPDiscount', amount: '-20', rows: 1 },
    { day: '2024-09-16', service: 'Compute', amount: '47.3', rows: 3 },
    { day: '2024-09-16', service: 'SpecialCompute', amount: '-12', rows: 1 },
  ])
})

describe('what an operation does to the month', () => {
  beforeEach(async () => {
    const { send } = speaker(double)
    await send('replace_drop', [row('2024-08-01', '1'), row('2024-08-01', '2'), row('2024-08-02', '3')])
  })

  test('replace_drop wipes all of it', async () => {
    const { body } = await speaker(double).send('replace_drop', [row('2024-08-02', '4')])
    expect([costs(double), body.connection.row_count]).toEqual([['4'], 1])
  })

  test('it is what happens where no operation is named, so that a second part wipes the first', async () => {
    const { send } = speaker(double)
    await send(undefined, [row('2024-08-05', '5')])
    await send(undefined, [row('2024-08-06', '6')])
    expect(costs(double)).toEqual(['6'])
  })

  test('replace_hourly wipes the hours that it brings, whole, and no other', async () => {
    const { send } = speaker(double)
    const { body } = await send('replace_hourly', [row('2024-08-01T00:59:59Z', '9')])
    expect([costs(double), body.connection.row_count]).toEqual([['3', '9'], 2])
    await send('replace_hourly', [row('2024-08-01T01:00:00Z', '10')])
    expect(costs(double)).toEqual(['3', '9', '10'])
  })

  test('an hour is one of UTC, whatever zone it is written in', async () => {
    await speaker(double).send('replace_hourly', [row('2024-08-01T08:30:00+08:00', '9')])
    expect(costs(double)).toEqual(['3', '9'])
  })

  test('so a day in two parts, both replace_hourly, keeps the second', async () => {
    const { send } = speaker(double)
    await send('replace_hourly', [row('2024-08-01', '7')])
    await send('replace_hourly', [row('2024-08-01', '8')])
    expect(costs(double)).toEqual(['3', '8'])
  })

  test('sum appends, and a repeat counts twice', async () => {
    const { send } = speaker(double)
    const same = [row('2024-08-01', '0.1', { 'lineitem/id': 'x' })]
    await send('sum', same)
    await send('sum', same)
    expect(costs(double)).toEqual(['1', '2', '3', '0.1', '0.1'])
    expect(double.totals(double.connections[0] ?? '', MONTH)).toEqual([
      { day: '2024-08-01', service: 'Compute', amount: '3.2', rows: 4 },
      { day: '2024-08-02', service: 'Compute', amount: '3', rows: 1 },
    ])
  })

  test('other months, and other streams, are left alone', async () => {
    const { call, drops, read, list } = speaker(double)
    const september = { month: '2024-09', operation: 'sum', data: [row('2024-09-01', '20')] }
    await call('POST', drops, JSON.stringify(september))
    await speaker(double, 1).send('replace_drop', [row('2024-08-01', '30')])
    expect([costs(double), costs(double, 0, '2024-09'), costs(double, 1)]).toEqual([
      ['1', '2', '3'],
      ['20'],
      ['30'],
    ])
    expect((await list()).body.billing_drops).toHaveLength(2)
    expect((await read('2024-07')).status).toBe(404)
  })
})

test('amounts keep their digits, and sums are exact', async () => {
  const { send } = speaker(double)
  const amounts = ['0.1', '0.20', '-12345678901234567890.000000000000000001', '00.7']
  await send(
    'sum',
    amounts.map(amount => row('2024-08-03', amount)),
  )
  expect(costs(double)).toEqual(amounts)
  const [total] = double.totals(double.connections[0] ?? '', MONTH)
  expect(total?.amount).toBe('-12345678901234567889.000000000000000001')
})

test('a drop has the same id in every run', async () => {
  const once = (await speaker(double).send('sum', [row('2024-08-01', '1')])).body
  const other = await startCloudzeroSimulator()
  expect((await speaker(other).send('replace_drop', [row('2024-08-02', '2')])).body).toEqual(once)
  await other.close()
})

test('a test key has a place of its own, whose contents last an hour', async () => {
  const { send, read, list } = speaker(double)
  const headers = { 'cloudzero-test-key': 'trial' }
  await send('sum', [row('2024-08-01', '1')], headers)
  expect([costs(double), double.drops()]).toEqual([[], []])
  expect((await read()).status).toBe(404)
  expect((await list({ 'cloudzero-test-key': 'other' })).body.billing_drops).toEqual([])
  expect((await read(MONTH, headers)).body.billing_drop).toHaveLength(1)
  now += 3_599_999
  expect((await list(headers)).body.billing_drops).toHaveLength(1)
  now += 1
  expect((await list(headers)).body.billing_drops).toEqual([])
  expect((await read(MONTH, headers)).status).toBe(404)
  const again = await send('sum', [row('2024-08-01', '2')], headers)
  expect(again.body.connection.row_count).toBe(1)
})

describe('the limits of a month', () => {
  test.each([
    ['rows', { maxRows: 2 }, '2024-08 would have more than 2 rows'],
    ['bytes', { maxMonthBytes: 300 }, '2024-08 would have more than 300 bytes'],
  ])('%s: a request that breaks one is refused, and nothing of it is done', async (_, limit, message) => {
    const { send } = speaker(double)
    double.faults.set(limit)
    await send('sum', [row('2024-08-01', '1'), row('2024-08-02', '2')])
    expect(await send('sum', [row('2024-08-03', '3')])).toMatchObject({
      status: 400,
      body: { error: { message, type: 'BadRequest' } },
    })
    expect(costs(double)).toEqual(['1', '2'])
    expect((await send('replace_hourly', [row('2024-08-01', '4')])).status).toBe(200)
  })
})
