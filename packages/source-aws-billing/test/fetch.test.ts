import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Amounts, addAmount, parseClock } from '@billow/core'
import { type AwsSimulator, startAwsSimulator } from '@billow/simulators'
import { awsBill } from '@billow/source-aws-billing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ROOT } from '../../../test/support/app.ts'
import { all } from '../../../test/support/context.ts'
import { startStub } from '../../../test/support/stub.ts'
import { answer, awsContext, group, rowsOf } from './support.ts'

let aws: AwsSimulator
beforeAll(async () => {
  aws = await startAwsSimulator({ clock: parseClock('2024-05-15') })
})
beforeEach(() => {
  aws.faults.reset()
  aws.requests.clear()
})
afterAll(() => aws.close())

/** Sums of unblended cost by day and service. */
function sums(
  rows: readonly {
    date: string
    service: string
    costs: { unblendedCost: { amount: string; unit: string } }
  }[],
) {
  const totals = new Map<string, Amounts>()
  for (const { date, service, costs } of rows) {
    const key = `${date} ${service}`
    totals.set(key, addAmount(totals.get(key) ?? {}, costs.unblendedCost.unit, costs.unblendedCost.amount))
  }
  return Object.fromEntries(totals)
}

function billed(from: string, to: string) {
  const entries = aws
    .billed(from, to)
    .map(({ day, service, currency, amount }) => [`${day} ${service}`, { [currency]: amount }])
  return Object.fromEntries(entries)
}

describe('fetch', () => {
  test('reads a month in one paid request, with every service of every day', async () => {
    const rows = await rowsOf(awsContext(aws.url), '2024-04-01', '2024-04-30')
    expect(sums(rows)).toEqual(billed('2024-04-01', '2024-04-30'))
    expect(aws.requests.counts()['GetCostAndUsage']).toMatchObject({ requests: 1, cost: { amount: '0.01' } })
    expect(aws.requests.entries()[0]?.parameters).toEqual({
      TimePeriod: { Start: '2024-04-01', End: '2024-05-01' },
      Granularity: 'DAILY',
      Metrics: ['AmortizedCost', 'BlendedCost', 'NetAmortizedCost', 'NetUnblendedCost', 'UnblendedCost'],
      GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
    })
  })

  test('gives the same rows whatever the size of a page, days split over pages included', async () => {
    const whole = await rowsOf(awsContext(aws.url), '2024-02-27', '2024-03-02')
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10, max: 300 }), async pageSize => {
        aws.requests.clear()
        aws.faults.set({ pageSize })
        expect(await rowsOf(awsContext(aws.url), '2024-02-27', '2024-03-02')).toEqual(whole)
        expect(aws.requests.counts()['GetCostAndUsage']?.requests).toBe(Math.ceil(whole.length / pageSize))
      }),
      { numRuns: 15 },
    )
  })

  test('asks for the next page with nothing but the token added', async () => {
    aws.faults.set({ pageSize: 20 })
    await rowsOf(awsContext(aws.url, { group_by: 'REGION' }), '2024-05-01')
    const [first, ...others] = aws.requests
      .entries()
      .map(({ parameters }) => parameters as Record<string, unknown>)
    expect(others.length).toBeGreaterThan(0)
    for (const { NextPageToken, ...rest } of others) {
      expect(NextPageToken).toEqual(expect.any(String))
      expect(rest).toEqual(first)
    }
  })

  test('with a second grouping still adds up to the bill', async () => {
    for (const group_by of ['LINKED_ACCOUNT', 'RECORD_TYPE', 'USAGE_TYPE']) {
      const rows = await rowsOf(awsContext(aws.url, { group_by }), '2024-05-01')
      expect(sums(rows)).toEqual(billed('2024-05-01', '2024-05-01'))
    }
  })

  test('calls a day final once AWS no longer estimates it', async () => {
    const finals = async (day: string) =>
      new Set((await all(awsBill.fetch(day, day, awsContext(aws.url)))).map(({ final }) => final))
    expect(await finals('2024-03-10')).toEqual(new Set([true]))
    expect(await finals('2024-05-10')).toEqual(new Set([false]))
  })

  test('a day without rows yields nothing', async () => {
    expect(await rowsOf(awsContext(aws.url), '2024-05-20')).toEqual([])
  })

  test('ends where the API gives the same token again and again', async () => {
    const stub = await startStub(() => ({
      body: answer('2024-05-01', [group(['Amazon S3'], '1')], { NextPageToken: 'again' }),
    }))
    await expect(rowsOf(awsContext(stub.url), '2024-05-01')).rejects.toThrow('the pages do not end')
    expect(stub.requests).toHaveLength(2)
    await stub.close()
  })

  const cur = join(ROOT, '../shared/data/aws_cur/sample-anonymous-aws-export-dataset.csv')
  const testCur = existsSync(cur) ? test : test.skip
  testCur('reads the days of a real Cost and Usage Report to the last digit', async () => {
    const double = await startAwsSimulator({ clock: parseClock('2023-12-15'), cur })
    const rows = await rowsOf(awsContext(double.url), '2023-11-01', '2023-11-30')
    const expected = double.billed('2023-11-01', '2023-11-30')
    expect(rows).toHaveLength(expected.length)
    for (const { day, service, amount } of expected) {
      expect(sums(rows)[`${day} ${service}`]).toEqual({ USD: amount })
    }
    await double.close()
  })
})
