import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { CLOUDZERO_TEST_KEY, type CloudzeroSimulator, startCloudzeroSimulator } from '@billow/simulators'
import { costs, MONTH, row, speaker } from './stream.ts'

let double: CloudzeroSimulator
beforeEach(async () => {
  double = await startCloudzeroSimulator()
  await speaker(double).send('sum', [row('2024-08-01', '1')])
})
afterEach(async () => {
  expect(costs(double)[0]).toBe('1')
  await double.close()
})

describe('a row that is wrong is refused whole, with its place and its column', () => {
  const good = row('2024-08-02', '1')
  const { 'cost/cost': _cost, ...costless } = good
  const { 'time/usage_start': _start, ...timeless } = good
  test.each<[string, unknown, string]>([
    ['no cost', costless, 'column "cost/cost": is required'],
    ['no time', timeless, 'column "time/usage_start": is required'],
    ['a number', { ...good, 'cost/cost': 12 }, 'column "cost/cost": found 12; every value is text'],
    ['an exponent', row('2024-08-02', '1e-7'), 'column "cost/cost": found "1e-7"; give a plain decimal'],
    ['a plus sign', row('2024-08-02', '+1'), 'column "cost/cost": found "+1"'],
    ['no cost in the text', row('2024-08-02', ''), 'column "cost/cost": found ""'],
    ['a point alone', row('2024-08-02', '.5'), 'column "cost/cost": found ".5"'],
    ['a thousand separator', row('2024-08-02', '1,000'), 'column "cost/cost": found "1,000"'],
    ['another cost', { ...good, 'cost/amortized_cost': 'x' }, 'column "cost/amortized_cost": found "x"'],
    ['an amount below zero', { ...good, 'usage/amount': '-1' }, 'column "usage/amount": found "-1"'],
    ['an unknown column', { ...good, 'cost/total': '1' }, 'column "cost/total": there is no such column'],
    [
      'an unknown type',
      { ...good, 'lineitem/type': 'usage' },
      'column "lineitem/type": found "usage"; there are Usage, Tax',
    ],
    ['a day', { ...good, 'time/usage_start': '2024-08-02' }, 'column "time/usage_start": found "2024-08-02"'],
    ['no day', row('2024-08-32T00:00:00Z', '1'), 'column "time/usage_start": found "2024-08-32T00:00:00Z"'],
    [
      'an hour of 25',
      row('2024-08-01T25:00:00Z', '1'),
      'column "time/usage_start": found "2024-08-01T25:00:00Z"',
    ],
    [
      'a day that no calendar has',
      { ...good, 'time/usage_end': '2024-06-31T00:00:00Z' },
      'column "time/usage_end": found "2024-06-31T00:00:00Z"',
    ],
    ['a wrong end', { ...good, 'time/usage_end': 'later' }, 'column "time/usage_end": found "later"'],
    [
      'another month',
      row('2024-09-01', '1'),
      'column "time/usage_start": found "2024-09-01T00:00:00Z", which is not in 2024-08',
    ],
    [
      'another month in UTC',
      row('2024-08-01T00:00:00+08:00', '1'),
      'column "time/usage_start": found "2024-08-01T00:00:00+08:00", which is not in 2024-08',
    ],
    [
      'a tag key',
      { ...good, 'resource/tag:cost center': 'a' },
      'column "resource/tag:cost center": a tag key has',
    ],
    [
      'a tag without an id',
      { ...good, 'resource/id': '', 'resource/tag:team': 'a' },
      'column "resource/id": is required where there are tags',
    ],
    ['no row', 'row', 'a row is an object of columns'],
  ])('%s', async (_, bad, message) => {
    const { send } = speaker(double)
    const answer = await send('sum', [good, good, bad])
    expect(answer).toMatchObject({ status: 400, body: { error: { type: 'BadRequest' } } })
    expect(answer.body.error.message).toContain(`data[2]: ${message}`)
    expect(costs(double)).toEqual(['1'])
  })

  test('what is right is taken: every column, tags, and costs below zero', async () => {
    const all = {
      ...row('2024-08-02T07:30:00.5+08:00', '-0.5', { 'lineitem/type': 'CommittedUseVacancy' }),
      'time/usage_end': '2024-08-02T00:00:00',
      'lineitem/id': 'a',
      'lineitem/description': '',
      'lineitem/cloud_provider': 'Alibaba Cloud',
      'resource/tag:team/a.b_c:d=e+f-g@h': 'with spaces, "quotes" and 中文',
      'usage/amount': '0.25',
      'usage/units': 'hours',
      'cost/discounted_cost': '-1',
      'k8s/cluster': 'one',
      'bill/invoice_id': '7',
    }
    expect((await speaker(double).send('sum', [all])).status).toBe(200)
    expect(double.rows(double.connections[0] ?? '', MONTH).at(-1)).toEqual(all)
  })

  test('validate_billing_drop lists all of it, and stores nothing', async () => {
    const { validate } = speaker(double)
    const data = [row('2024-08-01', 'x'), good, { ...row('2024-09-01', '1'), nothing: '' }]
    const { status, body } = await validate({ month: MONTH, operation: 'replace_drop', data })
    expect([status, body]).toEqual([
      200,
      {
        connection: {
          is_valid: false,
          errors: [
            'data[0]: column "cost/cost": found "x"; give a plain decimal, such as "12.5"',
            expect.stringContaining('data[2]: column "time/usage_start": found "2024-09-01T00:00:00Z"'),
            'data[2]: column "nothing": there is no such column',
          ],
        },
      },
    ])
    expect((await validate({ month: MONTH, data: [good] })).body).toEqual({
      connection: { is_valid: true, errors: [] },
    })
    expect(costs(double)).toEqual(['1'])
  })

  test('a 400 names the first of several; where the API says little, only validate_billing_drop tells', async () => {
    const { send, validate } = speaker(double)
    const data = [row('2024-08-01', 'x'), row('2024-08-01', 'y')]
    const several = await send('sum', data)
    expect(several.body.error.message).toMatch(
      /^data\[0\].*\(and 1 more; validate_billing_drop lists them\)$/,
    )
    double.faults.set({ vague: true })
    expect((await send('sum', data)).body.error.message).toBe('Bad Request')
    expect((await validate({ month: MONTH, data })).body.connection.errors).toHaveLength(2)
  })
})

describe('a request that is wrong', () => {
  const data = [row('2024-08-02', '1')]
  test.each<[string, string, string]>([
    ['no JSON', '{', 'the body is not JSON'],
    ['no object', '[]', 'the body is an object'],
    ['no month', JSON.stringify({ data }), 'month: found undefined; give 2024-08'],
    ['a month that is none', JSON.stringify({ month: '2024-13', data }), 'month: found "2024-13"'],
    [
      'an unknown operation',
      JSON.stringify({ month: MONTH, operation: 'add', data }),
      'operation: found "add"; there are replace_drop, replace_hourly, sum',
    ],
    ['no rows', JSON.stringify({ month: MONTH, data: [] }), 'data: give a list of at least one row'],
    ['an unknown key', JSON.stringify({ month: MONTH, data, rows: [] }), 'rows: there is no such key'],
  ])('%s is 400', async (_, body, message) => {
    const { call, drops } = speaker(double)
    const answer = await call('POST', drops, body)
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(message)])
    expect(costs(double)).toEqual(['1'])
  })

  test('text that is not UTF-8 is 400', async () => {
    const { call, drops } = speaker(double)
    expect((await call('POST', drops, new Uint8Array([0x7b, 0xff, 0x7d]))).body.error.message).toBe(
      'the body is not UTF-8',
    )
  })

  test('a body of another type is 415, and so is gzip, unless it is switched on', async () => {
    const { call, drops } = speaker(double)
    const text = JSON.stringify({ month: MONTH, operation: 'sum', data })
    const zipped = new Uint8Array(gzipSync(text))
    expect((await call('POST', drops, text, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await call('POST', drops, zipped, { 'content-encoding': 'gzip' })).status).toBe(415)
    double.faults.set({ gzip: true })
    expect((await call('POST', drops, text, { 'content-encoding': 'gzip' })).body.error.message).toBe(
      'the body is not gzip',
    )
    expect((await call('POST', drops, zipped, { 'content-encoding': 'gzip' })).status).toBe(200)
    expect(costs(double)).toEqual(['1', '1'])
  })

  test('5 MB are taken and a byte more is 413, by the size of the text, zipped or not', async () => {
    const { call, drops } = speaker(double)
    double.faults.set({ gzip: true })
    const text = (size: number) => {
      const body = JSON.stringify({ month: MONTH, operation: 'sum', data })
      return `${body}${' '.repeat(size - body.length)}`
    }
    const large = text(5_000_001)
    expect(await call('POST', drops, large)).toMatchObject({
      status: 413,
      body: { message: 'Request Entity Too Large' },
    })
    const zipped = new Uint8Array(gzipSync(large))
    expect((await call('POST', drops, zipped, { 'content-encoding': 'gzip' })).status).toBe(413)
    expect((await call('POST', drops, text(10_000_001))).status).toBe(413)
    expect(costs(double)).toEqual(['1'])
    expect((await call('POST', drops, text(5_000_000))).status).toBe(200)
    double.faults.set({ maxBody: 300 })
    expect((await call('POST', drops, text(301))).status).toBe(413)
    expect((await call('POST', drops, text(300))).status).toBe(200)
    expect(costs(double)).toEqual(['1', '1', '1'])
  })

  test.each(['2024-8', '2024-13', 'august'])('a month %s in the path is 400', async month => {
    expect((await speaker(double).read(month)).status).toBe(400)
  })

  test('a stream or a page that does not exist is 404', async () => {
    const { call, drops } = speaker(double)
    const body = JSON.stringify({ month: MONTH, data })
    const elsewhere = drops.replace(double.connections[0] ?? '', 'nowhere')
    expect(await call('POST', elsewhere, body)).toMatchObject({
      status: 404,
      body: { error: { message: 'there is no connection nowhere', type: 'NotFound' } },
    })
    expect((await call('GET', `${elsewhere}/${MONTH}`)).status).toBe(404)
    expect((await call('DELETE', drops)).status).toBe(404)
    expect((await call('GET', `${drops}/${MONTH}/rows`)).status).toBe(404)
    expect((await call('GET', '/v2/connections/billing/anycost/%/billing_drops')).status).toBe(404)
  })
})

describe('keys', () => {
  const { apiKey } = CLOUDZERO_TEST_KEY

  test.each(['', 'another', `Bearer ${apiKey}`, `${apiKey} `.repeat(2)])(
    '"%s" is 403',
    async authorization => {
      const { send, read, list, call } = speaker(double)
      const headers = { authorization }
      const answers = [
        await send('sum', [row('2024-08-01', '1')], headers),
        await read(MONTH, headers),
        await list(headers),
      ]
      answers.push(await call('POST', '/v2/connections/billing/anycost/validate_billing_drop', '{}', headers))
      for (const { status, body } of answers) expect([status, body]).toEqual([403, { message: 'Forbidden' }])
      expect(costs(double)).toEqual(['1'])
    },
  )

  test('Bearer is taken where it is switched on', async () => {
    double.faults.set({ bearer: true })
    expect((await speaker(double).list({ authorization: `Bearer ${apiKey}` })).status).toBe(200)
  })

  test('a key may do what its scopes say', async () => {
    const scopes = ['connections:create_billing_anycost_billing_drop']
    const narrow = await startCloudzeroSimulator({ keys: [{ apiKey, scopes }] })
    const { send, read, list, validate } = speaker(narrow)
    expect((await send('sum', [row('2024-08-01', '1')])).status).toBe(200)
    for (const { status } of [await read(), await list(), await validate({})]) expect(status).toBe(403)
    await narrow.close()
  })
})

describe('one request at a time for a stream', () => {
  test('a second is refused while the first is at work, and other streams are free', async () => {
    const { send, read } = speaker(double)
    double.faults.set({ hold: true })
    const both = [2, 3].map(cost => send('sum', [row('2024-08-02', String(cost))]))
    const first = await Promise.race(both)
    expect(first).toMatchObject({
      status: 409,
      body: { error: { message: 'another request for this connection is at work', type: 'Conflict' } },
    })
    expect([(await read()).status, costs(double)]).toEqual([409, ['1']])
    const other = speaker(double, 1).send('sum', [row('2024-08-02', '4')])
    double.faults.set({ hold: false })
    const statuses = (await Promise.all(both)).map(({ status }) => status)
    expect(statuses).toEqual(expect.arrayContaining([200, 409]))
    expect((await other).status).toBe(200)
    expect(costs(double)).toHaveLength(2)
    expect((await read()).status).toBe(200)
  })

  test('a client that went away leaves its work behind, which is done all the same', async () => {
    const { drops, send } = speaker(double)
    double.faults.set({ hold: true })
    const gone = new AbortController()
    const post = (cost: string) =>
      fetch(`${double.url}${drops}`, {
        method: 'POST',
        headers: { authorization: CLOUDZERO_TEST_KEY.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ month: MONTH, operation: 'sum', data: [row('2024-08-02', cost)] }),
        signal: gone.signal,
      })
    const both = [post('2'), post('2')]
    const ended = Promise.allSettled(both)
    expect((await Promise.race(both)).status).toBe(409)
    gone.abort()
    expect((await ended).map(({ status }) => status)).toEqual(
      expect.arrayContaining(['fulfilled', 'rejected']),
    )
    expect((await send('sum', [row('2024-08-03', '3')])).status).toBe(409)
    double.faults.set({ hold: false })
    while ((await send('sum', [row('2024-08-04', '4')])).status === 409);
    expect(costs(double)).toEqual(['1', '2', '4'])
  })
})
