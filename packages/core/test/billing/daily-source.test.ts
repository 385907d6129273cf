import { describe, expect, test } from '@jest/globals'
import { openLedger } from '../../src/billing/ledger.ts'
import type { CloudEvent } from '../../src/connector.ts'
import { Retryable } from '../../src/errors.ts'
import { provider } from '../support/bill.ts'
import { memoryState } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { runUntil } from './run.ts'

const figures = (events: readonly CloudEvent[]): string[] =>
  events.map(({ data }) => `${(data as { service: string }).service} ${(data as { amount: string }).amount}`)

const S3 = { service: 'Amazon S3', amount: '1.10' }
const SQS = { service: 'Amazon SQS', amount: '0.02' }

describe('a daily source', () => {
  test('a first start sends the newest due day at once, as the events of its rows', async () => {
    const bill = provider({ '2024-05-05': [SQS, S3], '2024-05-04': [S3] })
    const sink = memorySink()
    const { ledger } = await runUntil({
      provider: bill,
      sink,
      start: '2024-05-06T03:00:00Z',
      until: '2024-05-06T03:01:00Z',
    })
    expect(bill.asked).toEqual(['2024-05-05..2024-05-05'])
    expect(sink.safe).toEqual([
      {
        specversion: '1.0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: 'test',
        type: 'test.daily',
        datacontenttype: 'application/json',
        time: '2024-05-06T03:00:00.000Z',
        data: { service: 'Amazon S3', amount: '1.10' },
      },
      expect.objectContaining({ data: { service: 'Amazon SQS', amount: '0.02' } }),
    ])
    expect(await ledger.get('2024-05-05')).toMatchObject({
      state: 'done',
      rows: 2,
      amounts: { USD: '1.12' },
      final: true,
    })
  })

  test('an event leaves with what its bill stamps on it, on which no id depends', async () => {
    const days = { '2024-05-05': [S3, SQS], '2024-05-04': [S3] }
    const span = { provider: provider(days), start: '2024-05-06T03:00:00Z', until: '2024-05-06T03:01:00Z' }
    const [plain, stamped] = [memorySink(), memorySink()]
    await runUntil({ ...span, sink: plain })
    await runUntil({
      ...span,
      sink: stamped,
      stamp: ({ id, data }) => {
        const row = data as { readonly service: string }
        return row.service === S3.service ? { ...row, id } : undefined
      },
    })
    expect(stamped.safe).toEqual(
      plain.safe.map((event, index) => ({
        ...event,
        data: index === 0 ? { ...S3, id: event.id } : SQS,
      })),
    )
  })

  test('before the pull hour the newest day is not due yet', async () => {
    const bill = provider({ '2024-05-04': [S3], '2024-05-05': [S3] })
    await runUntil({ provider: bill, start: '2024-05-06T01:00:00Z', until: '2024-05-06T01:30:00Z' })
    expect(bill.asked).toEqual(['2024-05-04..2024-05-04'])
  })

  test('a second start sends nothing again', async () => {
    const bill = provider({ '2024-05-05': [S3] })
    const state = memoryState()
    const span = { provider: bill, state, start: '2024-05-06T03:00:00Z', until: '2024-05-06T03:01:00Z' }
    await runUntil(span)
    const sink = memorySink()
    await runUntil({ ...span, sink })
    expect(sink.safe).toEqual([])
    expect(bill.asked).toHaveLength(1)
  })

  test('each following day is pulled once, at its hour', async () => {
    const bill = provider({ '2024-05-05': [S3], '2024-05-06': [S3], '2024-05-07': [SQS] })
    const sink = memorySink()
    await runUntil({ provider: bill, sink, start: '2024-05-06T03:00:00Z', until: '2024-05-08T03:00:00Z' })
    expect(bill.asked).toEqual(['2024-05-05..2024-05-05', '2024-05-06..2024-05-06', '2024-05-07..2024-05-07'])
    expect(sink.safe.map(({ time }) => time)).toEqual([
      '2024-05-06T03:00:00.000Z',
      '2024-05-07T02:00:00.000Z',
      '2024-05-08T02:00:00.000Z',
    ])
  })

  test('pain 13: days missed while it was down are pulled at the next start, oldest first, in as few requests as may be', async () => {
    const days = ['2024-02-27', '2024-02-28', '2024-02-29', '2024-03-01', '2024-03-02']
    const bill = provider(Object.fromEntries(days.map(day => [day, [{ service: day, amount: '1' }]])))
    const state = memoryState()
    await runUntil({
      provider: bill,
      state,
      start: '2024-02-28T03:00:00Z',
      until: '2024-02-28T04:00:00Z',
      daysPerRequest: 3,
    })
    const sink = memorySink()
    await runUntil({
      provider: bill,
      state,
      sink,
      start: '2024-03-03T12:00:00Z',
      until: '2024-03-03T12:30:00Z',
      daysPerRequest: 3,
    })
    expect(bill.asked.slice(1)).toEqual(['2024-02-28..2024-03-01', '2024-03-02..2024-03-02'])
    expect(figures(sink.safe)).toEqual(days.slice(1).map(day => `${day} 1`))
  })

  test('a bad day does not hold up the others, and is tried again', async () => {
    const bill = provider({ '2024-05-05': [S3], '2024-05-06': [S3], '2024-05-07': [SQS] })
    const state = memoryState()
    await runUntil({ provider: bill, state, start: '2024-05-06T03:00:00Z', until: '2024-05-06T04:00:00Z' })
    let broken = 4
    bill.errors['2024-05-06'] = () => new Retryable('the answer was cut off')
    const sink = memorySink()
    Object.defineProperty(bill.errors, '2024-05-06', {
      get: () => (broken-- > 0 ? () => new Retryable('the answer was cut off') : undefined),
    })
    const { ledger } = await runUntil({
      provider: bill,
      state,
      sink,
      start: '2024-05-08T03:00:00Z',
      until: '2024-05-08T04:00:00Z',
      daysPerRequest: 7,
    })
    expect(figures(sink.safe)).toEqual(['Amazon SQS 0.02', 'Amazon S3 1.10'])
    expect(await ledger.get('2024-05-06')).toMatchObject({ state: 'done', rows: 1 })
  })

  test('a day that cannot be pulled says so in the ledger', async () => {
    const bill = provider({ '2024-05-05': [S3] })
    bill.errors['2024-05-05'] = () => new Retryable('the answer was cut off')
    const { ledger } = await runUntil({
      provider: bill,
      start: '2024-05-06T03:00:00Z',
      until: '2024-05-06T03:00:05Z',
    })
    expect(await ledger.get('2024-05-05')).toMatchObject({ state: 'failed', error: 'the answer was cut off' })
  })

  test('an empty day is asked for again at each pull for 7 days', async () => {
    const bill = provider({})
    const { ledger, state } = await runUntil({
      provider: bill,
      start: '2024-05-06T03:00:00Z',
      until: '2024-05-15T03:00:00Z',
    })
    expect(bill.asked.filter(range => range === '2024-05-05..2024-05-05')).toHaveLength(7)
    expect(await ledger.get('2024-05-05')).toMatchObject({ state: 'empty', rows: 0 })
    bill.days['2024-05-10'] = [S3]
    const sink = memorySink()
    await runUntil({
      provider: bill,
      state,
      sink,
      start: '2024-05-16T03:00:00Z',
      until: '2024-05-16T04:00:00Z',
    })
    expect(figures(sink.safe)).toEqual(['Amazon S3 1.10'])
  })

  test('pain 3: rows that are equal are told apart, and their ids do not depend on the order of the answer', async () => {
    const rows = [S3, SQS, S3, { service: 'Amazon S3', amount: '2' }]
    const ids = []
    for (const order of [rows, rows.toReversed()]) {
      const sink = memorySink()
      await runUntil({
        provider: provider({ '2024-05-05': order }),
        sink,
        start: '2024-05-06T03:00:00Z',
        until: '2024-05-06T03:01:00Z',
      })
      ids.push(sink.safe.map(({ id }) => id))
    }
    expect(new Set(ids[0]).size).toBe(4)
    expect(ids[1]).toEqual(ids[0])
  })

  test('pain 4: a day is whole in the spool before its first event leaves, and a dead sink repeats no request', async () => {
    const rows = Array.from({ length: 250 }, (_, i) => ({
      service: `s${String(i).padStart(3, '0')}`,
      amount: '1',
    }))
    const bill = provider({ '2024-05-05': rows })
    const state = memoryState()
    const ledger = openLedger(state, '42', '')
    const seen: (string | undefined)[] = []
    const dying = memorySink(async events => {
      seen.push((await ledger.get('2024-05-05'))?.state)
      if (dying.safe.length >= 100) return { unsent: events, because: new Retryable('down') }
      return undefined
    })
    const span = { provider: bill, state, start: '2024-05-06T03:00:00Z', until: '2024-05-06T05:00:00Z' }
    await runUntil({ ...span, sink: dying })
    expect(new Set(seen)).toEqual(new Set(['spooled']))
    expect(dying.safe).toHaveLength(100)
    const sink = memorySink()
    await runUntil({ ...span, sink, start: '2024-05-06T06:00:00Z', until: '2024-05-06T06:01:00Z' })
    expect(bill.asked).toHaveLength(1)
    expect(figures([...dying.safe, ...sink.safe])).toEqual(rows.map(({ service }) => `${service} 1`))
    expect(new Set([...dying.safe, ...sink.safe].map(({ time }) => time))).toEqual(
      new Set(['2024-05-06T03:00:00.000Z']),
    )
  })

  test('an answer that breaks off leaves nothing that counts', async () => {
    const bill = provider({ '2024-05-05': [S3, SQS] })
    bill.errors['2024-05-05'] = () => new Retryable('cut')
    const state = memoryState()
    const span = { provider: bill, state, start: '2024-05-06T03:00:00Z', until: '2024-05-06T03:00:03Z' }
    const first = memorySink()
    await runUntil({ ...span, sink: first })
    expect(first.safe).toEqual([])
    delete bill.errors['2024-05-05']
    const sink = memorySink()
    await runUntil({ ...span, sink, start: '2024-05-06T04:00:00Z', until: '2024-05-06T04:01:00Z' })
    expect(figures(sink.safe)).toEqual(['Amazon S3 1.10', 'Amazon SQS 0.02'])
  })

  test('figures that the provider may still change are not final', async () => {
    const bill = provider({ '2024-05-05': [S3] })
    bill.final = false
    const { ledger } = await runUntil({
      provider: bill,
      start: '2024-05-06T03:00:00Z',
      until: '2024-05-06T03:01:00Z',
    })
    expect(await ledger.get('2024-05-05')).toMatchObject({ state: 'done', final: false })
  })

  test('rows are forgotten when their month cannot change any more, days never', async () => {
    const bill = provider({ '2024-03-31': [S3], '2024-04-01': [S3] })
    const { ledger, state } = await runUntil({
      provider: bill,
      start: '2024-04-01T03:00:00Z',
      until: '2024-06-02T03:00:00Z',
      daysPerRequest: 7,
    })
    const rows: string[] = []
    for await (const [key] of state.scan('row/')) rows.push(key)
    expect(rows).toEqual([])
    expect(await ledger.get('2024-03-31')).toMatchObject({ state: 'done', rows: 1 })
  })
})
