import { describe, expect, test } from '@jest/globals'
import { addDays, daysBetween } from '../../src/billing/day.ts'
import { openLedger } from '../../src/billing/ledger.ts'
import { Retryable } from '../../src/errors.ts'
import { provider, type Row } from '../support/bill.ts'
import { memoryState } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { runUntil } from './run.ts'

const ROWS: readonly Row[] = [{ service: 'a', amount: '1' }]
const billed = (from: string, to: string) =>
  provider(Object.fromEntries(daysBetween(from, to).map(day => [day, ROWS])))

/** The days that were asked for, one by one. */
const asked = (ranges: readonly string[]): string[] =>
  ranges.flatMap(range => daysBetween(...(range.split('..') as [string, string])))

async function startedOn(day: string, zone = 'UTC') {
  const state = memoryState()
  await openLedger(state, '42', '').setFirst(day)
  const bill = billed(addDays(day, -3), addDays(day, 400))
  const warnings: unknown[] = []
  const run = (start: string, more: object = {}) =>
    runUntil({
      provider: bill,
      state,
      start,
      until: new Date(Date.parse(start) + 60_000).toISOString(),
      zone,
      warnings,
      ...more,
    })
  return { bill, run, warnings, ledger: openLedger(state, '42', '') }
}

describe('days that were missed', () => {
  test('are pulled 31 days back, and a warning says how to bring what lies further back', async () => {
    const { bill, run, warnings } = await startedOn('2024-01-01')
    await run('2024-03-02T03:00:00Z')
    expect(asked(bill.asked)).toEqual(daysBetween('2024-01-31', '2024-03-01'))
    expect(warnings).toEqual([
      [
        { days: 30, pull: ['pull --from 2024-01-01 --to 2024-01-30'] },
        expect.stringContaining(
          'catch_up_days (31); bring them with: pull --from 2024-01-01 --to 2024-01-30',
        ),
      ],
    ])
  })

  test('are named in ranges without the days that are known', async () => {
    const { run, warnings, bill, ledger } = await startedOn('2024-01-01')
    await run('2024-01-03T03:00:00Z')
    await run('2024-01-20T03:00:00Z', { config: { catch_up_days: 2 } })
    expect(asked(bill.asked)).toEqual(['2024-01-01', '2024-01-02', '2024-01-18', '2024-01-19'])
    await ledger.set({
      ...((await ledger.get('2024-01-02')) as NonNullable<Awaited<ReturnType<typeof ledger.get>>>),
      day: '2024-01-10',
    })
    await run('2024-01-20T12:00:00Z', { config: { catch_up_days: 2 } })
    expect(warnings.at(-1)).toEqual([
      {
        days: 14,
        pull: ['pull --from 2024-01-03 --to 2024-01-09', 'pull --from 2024-01-11 --to 2024-01-17'],
      },
      expect.any(String),
    ])
  })

  test.each([
    ['the first of a month', '2024-04-30', '2024-05-01T03:00:00Z', 'UTC', '2024-04-30'],
    ['the day after a leap day', '2024-02-28', '2024-03-01T03:00:00Z', 'UTC', '2024-02-29'],
    ['the day after no leap day', '2023-02-28', '2023-03-01T03:00:00Z', 'UTC', '2023-02-28'],
    ['the first of a year', '2023-12-31', '2024-01-01T03:00:00Z', 'UTC', '2023-12-31'],
    ['a day of 23 hours, over', '2024-03-30', '2024-04-01T02:30:00Z', 'Europe/Berlin', '2024-03-31'],
    ['a day of 23 hours, not over', '2024-03-30', '2024-03-31T21:59:00Z', 'Europe/Berlin', '2024-03-30'],
    ['a day of 25 hours, not over', '2024-10-26', '2024-10-27T22:59:00Z', 'Europe/Berlin', '2024-10-26'],
    ['a day of 25 hours, over', '2024-10-26', '2024-10-28T02:30:00Z', 'Europe/Berlin', '2024-10-27'],
  ])('on %s, up to the newest that is over and due', async (_, first, now, zone, newest) => {
    const { bill, run } = await startedOn(first, zone)
    await run(now)
    expect(asked(bill.asked)).toEqual(daysBetween(first, newest))
  })

  test('of a month with a daylight-saving change are each pulled once', async () => {
    const { bill, run } = await startedOn('2024-03-25', 'Europe/Berlin')
    await run('2024-03-26T03:00:00Z', {
      until: '2024-04-03T03:00:00Z',
      config: { pull_zone: 'Europe/Berlin' },
    })
    expect(asked(bill.asked)).toEqual(daysBetween('2024-03-25', '2024-04-02'))
  })
})

test('a range that fails is tried in halves, so that a bad day costs few requests', async () => {
  const { bill, run, ledger } = await startedOn('2024-05-01')
  bill.errors['2024-05-07'] = () => new Retryable('cut')
  await run('2024-05-17T03:00:00Z', { daysPerRequest: 31, until: '2024-05-17T03:00:00Z' })
  expect(bill.asked.slice(0, 9)).toEqual([
    '2024-05-01..2024-05-16',
    '2024-05-01..2024-05-08',
    '2024-05-01..2024-05-04',
    '2024-05-05..2024-05-08',
    '2024-05-05..2024-05-06',
    '2024-05-07..2024-05-08',
    '2024-05-07..2024-05-07',
    '2024-05-08..2024-05-08',
    '2024-05-09..2024-05-16',
  ])
  expect(await ledger.get('2024-05-07')).toMatchObject({ state: 'failed' })
  expect(await ledger.get('2024-05-16')).toMatchObject({ state: 'done' })
})

describe('a clock that jumps', () => {
  test('back asks for no day again and misses none', async () => {
    const { bill, run } = await startedOn('2024-05-01')
    await run('2024-05-06T03:00:00Z')
    await run('2024-05-03T03:00:00Z')
    await run('2024-05-08T03:00:00Z')
    expect(asked(bill.asked)).toEqual(daysBetween('2024-05-01', '2024-05-07'))
  })

  test('two months ahead and back leaves no gap and loses no row', async () => {
    const { bill, run, ledger } = await startedOn('2024-05-01')
    await run('2024-05-03T03:00:00Z')
    for (const day of Object.keys(bill.days)) if (day >= '2024-05-03') delete bill.days[day]
    await run('2024-07-03T03:00:00Z')
    Object.assign(bill.days, billed('2024-05-03', '2024-07-10').days)
    const sink = memorySink()
    await run('2024-05-03T04:00:00Z', { until: '2024-07-05T03:00:00Z', sink })
    for (const day of daysBetween('2024-05-01', '2024-07-04')) {
      expect(await ledger.get(day)).toMatchObject({ state: 'done', rows: 1 })
    }
    expect(sink.safe).toHaveLength(daysBetween('2024-05-03', '2024-07-04').length)
  })

  test('back after a first start in the future begins with the newest day that is due', async () => {
    const state = memoryState()
    const bill = billed('2024-05-01', '2024-05-10')
    const span = { provider: bill, state, start: '2031-01-01T03:00:00Z', until: '2031-01-01T03:01:00Z' }
    await runUntil(span)
    const sink = memorySink()
    await runUntil({ ...span, sink, start: '2024-05-06T03:00:00Z', until: '2024-05-07T03:00:00Z' })
    expect(bill.asked.slice(1)).toEqual(['2024-05-05..2024-05-05', '2024-05-06..2024-05-06'])
    expect(sink.safe).toHaveLength(2)
  })
})

describe('reading days again', () => {
  const config = { resync_days: 3 }

  test('pain 16: reads the newest days and the open months once a pull, in one range', async () => {
    const { bill, run } = await startedOn('2024-04-28')
    bill.final = false
    await run('2024-05-06T03:00:00Z', { config, daysPerRequest: 31 })
    expect(bill.asked).toEqual(['2024-04-28..2024-05-05'])
    await run('2024-05-06T12:00:00Z', { config, daysPerRequest: 31 })
    expect(bill.asked).toHaveLength(1)
    await run('2024-05-07T03:00:00Z', { config, daysPerRequest: 31 })
    expect(bill.asked.slice(1)).toEqual(['2024-04-28..2024-05-06'])
    bill.final = true
    await run('2024-05-08T03:00:00Z', { config, daysPerRequest: 31 })
    expect(bill.asked.slice(2)).toEqual(['2024-04-28..2024-05-07'])
    await run('2024-05-09T03:00:00Z', { config, daysPerRequest: 31 })
    // All is final: only the newest three are read again.
    expect(bill.asked.slice(3)).toEqual(['2024-05-06..2024-05-08'])
  })

  test('keeps the rows of a month until it is closed, and then lets them go', async () => {
    const { bill, run, ledger } = await startedOn('2024-01-15')
    bill.final = false
    await run('2024-01-16T03:00:00Z', { config, until: '2024-04-20T03:00:00Z', daysPerRequest: 31 })
    bill.days['2024-01-15'] = [{ service: 'a', amount: '2' }]
    bill.final = true
    const sink = memorySink()
    await run('2024-04-21T03:00:00Z', { config, sink, until: '2024-04-22T03:00:00Z', daysPerRequest: 31 })
    expect(sink.safe.filter(event => event['replaces'])).toEqual([
      expect.objectContaining({ revision: 1, data: { service: 'a', amount: '2' } }),
    ])
    expect(await ledger.get('2024-01-15')).toMatchObject({ revision: 1, final: true, forgotten: true })
    expect(await ledger.get('2024-03-01')).not.toHaveProperty('forgotten')
  })

  test('of a day that is on its way waits until it is delivered', async () => {
    const { bill, run, ledger } = await startedOn('2024-05-05')
    bill.final = false
    const down = memorySink(async events => {
      for (let n = 0; n < 50; n += 1) await new Promise(resolve => setImmediate(resolve))
      return { unsent: events, because: new Retryable('down') }
    }, 8)
    await run('2024-05-06T03:00:00Z', { config, sink: down })
    bill.days['2024-05-05'] = [{ service: 'a', amount: '2' }]
    await run('2024-05-07T03:00:00Z', { config, sink: down })
    expect(bill.asked.filter(range => range.startsWith('2024-05-05'))).toHaveLength(1)
    expect(await ledger.get('2024-05-05')).toMatchObject({ state: 'spooled', revision: 0 })
    const sink = memorySink()
    await run('2024-05-07T12:00:00Z', { config, sink, until: '2024-05-08T03:00:00Z' })
    const first = sink.safe.find(({ time }) => time === '2024-05-06T03:00:00.000Z')
    expect(sink.safe.filter(event => event['replaces'])).toEqual([
      expect.objectContaining({ replaces: first?.id, data: { service: 'a', amount: '2' } }),
    ])
  })

  test('that fails leaves what is known of the day as it was', async () => {
    const { bill, run, ledger } = await startedOn('2024-05-05')
    await run('2024-05-06T03:00:00Z', { config })
    const known = await ledger.get('2024-05-05')
    bill.errors['2024-05-05'] = () => new Retryable('cut')
    await run('2024-05-07T03:00:00Z', { config })
    expect(await ledger.get('2024-05-05')).toEqual(known)
    expect(await ledger.get('2024-05-06')).toMatchObject({ state: 'done' })
  })

  test('is suggested where figures may still change', async () => {
    const { bill, run, warnings } = await startedOn('2024-05-05')
    bill.final = false
    await run('2024-05-06T03:00:00Z')
    expect(warnings).toEqual([[{ days: ['2024-05-05'] }, expect.stringContaining('resync_days: 3')]])
  })
})
