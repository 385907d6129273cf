import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { GetCostAndUsageCommandInput } from '@aws-sdk/client-cost-explorer'
import { parseClock } from '@billow/core'
import { AWS_TEST_KEY, startAwsSimulator } from '@billow/simulators'
import { Big } from 'big.js'
import fc from 'fast-check'
import { allPages, costExplorer, oneDay } from './clients.ts'

const double = await startAwsSimulator({ clock: parseClock('2024-05-15') })
const call = costExplorer(double)
const day = oneDay('2024-05-13', '2024-05-14')

beforeEach(() => {
  double.faults.reset()
  double.requests.clear()
})
afterAll(() => double.close())

describe('answers', () => {
  test('a day by service: Groups and an empty Total, sorted, with decimal strings in USD', async () => {
    const { ResultsByTime: [result] = [], GroupDefinitions, NextPageToken } = await call(day)
    expect(GroupDefinitions).toEqual([{ Type: 'DIMENSION', Key: 'SERVICE' }])
    expect(NextPageToken).toBeUndefined()
    expect(result).toMatchObject({
      TimePeriod: { Start: '2024-05-13', End: '2024-05-14' },
      Total: {},
      Estimated: true,
    })
    const services = (result?.Groups ?? []).map(group => group.Keys?.[0] ?? '')
    expect(services.length).toBeGreaterThan(30)
    expect(services).toEqual([...services].sort())
    for (const group of result?.Groups ?? []) {
      expect(group.Metrics?.['UnblendedCost']).toEqual({
        Amount: expect.stringMatching(/^-?\d+(\.\d+)?(E-\d+)?$/),
        Unit: 'USD',
      })
    }
    const amounts = (result?.Groups ?? []).map(group => group.Metrics?.['UnblendedCost']?.Amount)
    expect(amounts).toContainEqual(expect.stringMatching(/E-/))
  })

  test('what it says, billed says too, to the last digit', async () => {
    const Metrics = ['UnblendedCost', 'NetUnblendedCost'] as const
    const { ResultsByTime: [result] = [] } = await call({ ...day, Metrics: [...Metrics] })
    const said = (result?.Groups ?? []).map(group => [
      group.Keys?.[0],
      Metrics.map(metric => new Big(group.Metrics?.[metric]?.Amount ?? 'none').toFixed()),
    ])
    const billed = double.billed('2024-05-13', '2024-05-13')
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(billed.map(b => [b.name, [b.amount, b.net]])))
    expect(billed.some(({ amount, net }) => amount !== net)).toBe(true)
  })

  test('no grouping: a Total and no Groups', async () => {
    const { ResultsByTime: [result] = [], GroupDefinitions } = await call({ ...day, GroupBy: [] })
    expect(GroupDefinitions).toBeUndefined()
    expect(result?.Groups).toEqual([])
    const sum = double
      .billed('2024-05-13', '2024-05-13')
      .reduce((total, b) => total.plus(b.amount), new Big(0))
    expect(result?.Total?.['UnblendedCost']?.Amount).toBe(sum.toFixed())
  })

  test('two groupings, account names beside them, and any grouping sums to the same', async () => {
    const keys = ['LINKED_ACCOUNT', 'REGION', 'USAGE_TYPE', 'RECORD_TYPE'] as const
    const sums = await Promise.all(
      keys.map(async Key => {
        const GroupBy = [
          { Type: 'DIMENSION' as const, Key },
          { Type: 'DIMENSION' as const, Key: 'SERVICE' },
        ]
        const answer = await call({ ...day, GroupBy })
        expect(answer.DimensionValueAttributes?.length ?? 0).toBe(Key === 'LINKED_ACCOUNT' ? 4 : 0)
        return (answer.ResultsByTime?.[0]?.Groups ?? [])
          .reduce(
            (total, group) => total.plus(group.Metrics?.['UnblendedCost']?.Amount ?? 'none'),
            new Big(0),
          )
          .toFixed()
      }),
    )
    expect(new Set(sums).size).toBe(1)
  })

  test('the metrics differ from each other, and quantities have no currency', async () => {
    const Metrics = [
      'AmortizedCost',
      'BlendedCost',
      'NetAmortizedCost',
      'NetUnblendedCost',
      'UnblendedCost',
      'UsageQuantity',
    ]
    const { ResultsByTime: [result] = [] } = await call({ ...day, Metrics, GroupBy: [] })
    const { UsageQuantity, ...costs } = result?.Total ?? {}
    expect(UsageQuantity?.Unit).toBe('N/A')
    expect(new Set(Object.values(costs).map(c => c.Amount)).size).toBe(5)
  })

  test('MONTHLY sums days, clipped to the period; a closed month is not an estimate', async () => {
    const input = {
      ...day,
      TimePeriod: { Start: '2024-03-10', End: '2024-05-03' },
      Granularity: 'MONTHLY' as const,
      GroupBy: [],
    }
    const { ResultsByTime: months = [] } = await call(input)
    expect(months.map(m => [m.TimePeriod?.Start, m.TimePeriod?.End, m.Estimated])).toEqual([
      ['2024-03-10', '2024-04-01', false],
      ['2024-04-01', '2024-05-01', false],
      ['2024-05-01', '2024-05-03', true],
    ])
    const april = double
      .billed('2024-04-01', '2024-04-30')
      .reduce((total, b) => total.plus(b.amount), new Big(0))
    expect(months[1]?.Total?.['UnblendedCost']?.Amount).toBe(april.toFixed())
  })

  test('the hours of a day sum to the day', async () => {
    const period = { Start: '2024-05-13T00:00:00Z', End: '2024-05-14T00:00:00Z' }
    const { ResultsByTime: hours = [] } = await call({
      ...day,
      TimePeriod: period,
      Granularity: 'HOURLY',
      GroupBy: [],
    })
    expect(hours).toHaveLength(24)
    const sum = hours.reduce(
      (total, h) => total.plus(h.Total?.['UnblendedCost']?.Amount ?? 'none'),
      new Big(0),
    )
    const { ResultsByTime: [whole] = [] } = await call({ ...day, GroupBy: [] })
    expect(sum.toFixed()).toBe(whole?.Total?.['UnblendedCost']?.Amount)
  })

  test('today shows a part of its cost, and a day to come nothing', async () => {
    const { ResultsByTime: [today, tomorrow] = [] } = await call(oneDay('2024-05-15', '2024-05-17'))
    const later = await startAwsSimulator({ clock: parseClock('2024-05-17') })
    const full =
      later.billed('2024-05-15', '2024-05-15').find(b => b.service === 'AmazonCloudWatch')?.amount ?? 'none'
    await later.close()
    const part = today?.Groups?.find(g => g.Keys?.[0] === 'AmazonCloudWatch')?.Metrics?.['UnblendedCost']
      ?.Amount
    // Half of it at noon, less what rounding each row down took.
    expect(
      new Big(full)
        .div(2)
        .minus(part ?? 'none')
        .toNumber(),
    ).toBeCloseTo(0, 8)
    expect(tomorrow?.Groups).toEqual([])
  })

  test('filters: Dimensions, And, Or, Not', async () => {
    const services = async (Filter: GetCostAndUsageCommandInput['Filter']) => {
      const answer = await call({ ...day, Filter })
      return (answer.ResultsByTime?.[0]?.Groups ?? []).map(g => g.Keys?.[0])
    }
    const is = (Key: 'SERVICE' | 'RECORD_TYPE', ...Values: string[]) => ({ Dimensions: { Key, Values } })
    const two = ['AWS Lambda', 'AmazonCloudWatch']
    expect(await services(is('SERVICE', ...two))).toEqual(two)
    expect(await services({ Or: [is('SERVICE', 'AWS Lambda'), is('SERVICE', 'AmazonCloudWatch')] })).toEqual(
      two,
    )
    expect(await services({ And: [is('SERVICE', ...two), { Not: is('SERVICE', 'AWS Lambda') }] })).toEqual([
      'AmazonCloudWatch',
    ])
    expect(await services(is('RECORD_TYPE', 'Tax'))).toEqual([])
  })
})

describe('pages', () => {
  test('all pages together are the whole, whatever their size, and a day may be split', async () => {
    const input = { ...oneDay('2024-05-10', '2024-05-14'), GroupBy: day.GroupBy }
    const whole = await call(input)
    const flat = (answers: Awaited<ReturnType<typeof call>>[]) =>
      answers.flatMap(a =>
        (a.ResultsByTime ?? []).flatMap(r => (r.Groups ?? []).map(g => [r.TimePeriod?.Start, g])),
      )
    const total = flat([whole]).length
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 7, max: total + 5 }), async pageSize => {
        double.faults.set({ pageSize })
        const pages = await allPages(call, input)
        expect(pages).toHaveLength(Math.ceil(total / pageSize))
        expect(flat(pages)).toEqual(flat([whole]))
      }),
      { numRuns: 12 },
    )
  })

  test('a changed request and a wrong token are refused', async () => {
    double.faults.set({ pageSize: 5 })
    const { NextPageToken } = await call(day)
    await expect(call({ ...day, Metrics: ['BlendedCost'], NextPageToken })).rejects.toThrow(
      expect.objectContaining({ name: 'RequestChangedException' }),
    )
    for (const token of ['nonsense', `${NextPageToken}x`, Buffer.from('[1]').toString('base64')]) {
      await expect(call({ ...day, NextPageToken: token })).rejects.toThrow(
        expect.objectContaining({ name: 'InvalidNextTokenException' }),
      )
    }
  })
})

describe('cost', () => {
  test('a cent for each page that is answered, nothing for failures', async () => {
    double.faults.set({ pageSize: 20, limitExceeded: 1 })
    await expect(call(day)).rejects.toThrow('Rate exceeded')
    const pages = await allPages(call, day)
    expect(double.requests.counts()['GetCostAndUsage']).toEqual({
      requests: pages.length + 1,
      answered: pages.length,
      failed: 1,
      cost: { amount: `0.0${pages.length}`, currency: 'USD' },
    })
  })
})

test('the China partition bills CNY at cn-northwest-1', async () => {
  const china = await startAwsSimulator({ clock: parseClock('2024-05-15'), partition: 'aws-cn' })
  const { ResultsByTime: [result] = [] } = await costExplorer(china, AWS_TEST_KEY, 'cn-northwest-1')(day)
  expect(result?.Groups?.[0]?.Metrics?.['UnblendedCost']?.Unit).toBe('CNY')
  await expect(costExplorer(china)(day)).rejects.toThrow('valid region')
  await china.close()
})
