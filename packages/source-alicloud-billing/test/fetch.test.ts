import { type Amounts, addAmount, parseClock, Retryable } from '@billow/core'
import { type AlicloudSimulator, startAlicloudSimulator } from '@billow/simulators'
import { alicloudBill, type BillRow } from '@billow/source-alicloud-billing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { all, failure } from '../../../test/support/context.ts'
import { startStub } from '../../../test/support/stub.ts'
import { alicloudContext, item, rowsOf, startPages, success } from './support.ts'

let alicloud: AlicloudSimulator
beforeAll(async () => {
  alicloud = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
})
beforeEach(() => {
  alicloud.faults.reset()
  alicloud.requests.clear()
})
afterAll(() => alicloud.close())

/** Sums by currency. */
function sums(rows: readonly BillRow[]): Amounts {
  return rows
    .map(alicloudBill.amount)
    .reduce<Amounts>((all, { amount, currency }) => addAmount(all, currency, amount), {})
}

function billed(from: string, to: string): Amounts {
  return alicloud
    .billed(from, to)
    .reduce<Amounts>((all, { amount, currency }) => addAmount(all, currency, amount), {})
}

const codes = (rows: readonly BillRow[]) => rows.map(({ data }) => data['ProductCode'])
const products = (count: number) => Array.from({ length: count }, (_, n) => item(`p${n}`))

describe('the account bill', () => {
  test('of some days adds up to what was billed, in each currency', async () => {
    const rows = await rowsOf(alicloudContext(alicloud.url), '2024-02-28', '2024-03-02')
    expect(sums(rows)).toEqual(billed('2024-02-28', '2024-03-02'))
    expect(Object.keys(sums(rows)).toSorted()).toEqual(['CNY', 'JPY', 'USD'])
    expect(alicloud.requests.entries().map(({ parameters }) => parameters)).toEqual(
      ['2024-02-28', '2024-02-29', '2024-03-01', '2024-03-02'].map(day => ({
        BillingCycle: day.slice(0, 7),
        BillingDate: day,
        Granularity: 'DAILY',
        IsGroupByProduct: 'true',
        PageNum: '1',
        PageSize: '300',
      })),
    )
  })

  test('of a member is read with bill_owner_id', async () => {
    const bill_owner_id = '1922000000000007121'
    const rows = await rowsOf(alicloudContext(alicloud.url, { bill_owner_id }), '2024-05-01')
    expect(new Set(rows.map(({ data }) => data['OwnerId']))).toEqual(new Set([bill_owner_id]))
  })

  test('is read to the last row, however many pages that takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1000 }), async count => {
        const rows = products(count)
        const stub = await startPages(page => ({
          items: rows.slice((page - 1) * 300, page * 300),
          total: count,
        }))
        expect(codes(await rowsOf(alicloudContext(stub.url), '2024-05-01'))).toEqual(
          rows.map(row => row.ProductCode),
        )
        expect(stub.requests).toHaveLength(Math.max(1, Math.ceil(count / 300)))
        await stub.close()
      }),
      { numRuns: 10, examples: [[0], [300], [301], [600]] },
    )
  })

  test('that changes between two pages is read again from the first', async () => {
    // A row comes in at the front after the first page: without a second reading p299 would come twice, and new not at all.
    const before = products(400)
    const after = [item('new'), ...before]
    const stub = await startPages((page, request) => {
      const rows = request === 1 ? before : after
      return { items: rows.slice((page - 1) * 300, page * 300), total: rows.length }
    })
    const context = alicloudContext(stub.url)
    expect(codes(await rowsOf(context, '2024-05-01'))).toEqual(after.map(row => row.ProductCode))
    expect(stub.requests.map(({ query }) => query.get('PageNum'))).toEqual(['1', '2', '1', '2'])
    expect(context.lines.join('\n')).toContain('the bill changed while it was read')
    await stub.close()
  })

  test.each([
    [
      'grows with every page',
      (page: number, request: number) => ({ items: products(300), total: 300 + request * page }),
    ],
    ['has fewer rows than it says', () => ({ items: products(2), total: 3 })],
  ])('that %s is given up after some readings, to be tried later', async (_, answer) => {
    const stub = await startPages(answer)
    const error = await failure(rowsOf(alicloudContext(stub.url), '2024-05-01'))
    expect(error).toBeInstanceOf(Retryable)
    expect(error.message).toBe('the bill of 2024-05-01 changed in each of 3 readings')
    await stub.close()
  })

  test.each([
    ['2024-04-30', '2024-05-04T03:59:59Z', false],
    ['2024-04-30', '2024-05-04T04:00:00Z', true],
    ['2024-12-01', '2025-01-04T03:59:59Z', false],
    ['2024-12-01', '2025-01-04T04:00:00Z', true],
  ])('of %s is final at %s: %s', async (day, now, final) => {
    const stub = await startPages(() => ({ items: [item('ecs')], total: 1 }))
    const [row] = await all(alicloudBill.fetch(day, day, alicloudContext(stub.url, {}, { now })))
    expect(row).toMatchObject({ day, final })
    await stub.close()
  })
})

describe('the instance bill', () => {
  const bill = 'instance'

  test('is one event a billing item, and adds up to what was billed', async () => {
    const context = alicloudContext(alicloud.url, { bill })
    const rows = await rowsOf(context, '2024-05-01')
    expect(rows.length).toBeGreaterThan(300)
    expect(sums(rows)).toEqual(billed('2024-05-01', '2024-05-01'))
    expect(alicloud.requests.entries().length).toBe(Math.ceil(rows.length / 300))
    const { source, type, data } = alicloudBill.event(rows[0] as BillRow)
    expect([source, type]).toEqual(['cloud.alibaba.billing', 'alibaba.billing.instance.daily'])
    expect(Object.keys(data)).toEqual(Object.keys(data).toSorted())
    expect(data).toMatchObject({
      BillingDate: '2024-05-01',
      InstanceID: expect.stringMatching(/.+/),
      BillingItemCode: expect.stringMatching(/.+/),
      OwnerId: expect.stringMatching(/^\d+$/),
    })
    expect(data).not.toHaveProperty('OwnerID')
    expect(alicloudBill.scope?.(context.config)).toBe('alibaba.billing.instance.daily')
  })

  test('asks for the next page with nothing but the token added', async () => {
    await rowsOf(alicloudContext(alicloud.url, { bill }), '2024-05-01')
    const [first, ...others] = alicloud.requests
      .entries()
      .map(({ parameters }) => parameters as Record<string, string>)
    expect(first).toEqual({
      BillingCycle: '2024-05',
      BillingDate: '2024-05-01',
      Granularity: 'DAILY',
      IsBillingItem: 'true',
      MaxResults: '300',
    })
    for (const { NextToken, ...rest } of others) {
      expect(NextToken).toEqual(expect.any(String))
      expect(rest).toEqual(first)
    }
  })

  test('that changes between two pages is to be read again', async () => {
    alicloud.faults.set({ pageShift: 1 })
    const error = await failure(rowsOf(alicloudContext(alicloud.url, { bill }), '2024-05-02'))
    expect(error).toBeInstanceOf(Retryable)
    expect(error.message).toContain('changed while it was read')
  })

  test('whose pages do not end is an error', async () => {
    const stub = await startStub(() => success({ TotalCount: 9, Items: [item('ecs')], NextToken: 'again' }))
    await expect(rowsOf(alicloudContext(stub.url, { bill }), '2024-05-01')).rejects.toThrow(
      'the pages do not end',
    )
    expect(stub.requests).toHaveLength(2)
    await stub.close()
  })

  test('has fields that the API adds one day as they come', async () => {
    const stub = await startStub(() => success('{"TotalCount":1,"Items":[{"Zero":1.50,"CarbonGrams":1.50}]}'))
    const [row] = await rowsOf(alicloudContext(stub.url, { bill }), '2024-05-01')
    expect(JSON.stringify(row?.data)).toMatch(/"BizType":"","CarbonGrams":1.50,.*"Zero":1.50,"Zone":""/)
    await stub.close()
  })
})

describe('the account', () => {
  test('is the one that the API names, asked once and stored', async () => {
    const context = alicloudContext(alicloud.url)
    expect(await alicloudBill.account(context)).toBe('1857000000000003489')
    expect(await alicloudBill.account(context)).toBe('1857000000000003489')
    expect(alicloud.requests.entries()).toHaveLength(1)
  })

  test('is the member whose bill is read', async () => {
    expect(await alicloudBill.account(alicloudContext(alicloud.url, { bill_owner_id: '42' }))).toBe('42')
    expect(alicloud.requests.entries()).toHaveLength(0)
  })

  test('is text, also where it comes as a number past 2^53', async () => {
    const stub = await startStub(() => success('{"AccountID":1857000000000003489,"TotalCount":0}'))
    expect(await alicloudBill.account(alicloudContext(stub.url))).toBe('1857000000000003489')
    await stub.close()
  })

  test('is the access key where the API names none', async () => {
    const stub = await startPages(() => ({ items: [], total: 0 }))
    expect(await alicloudBill.account(alicloudContext(stub.url))).toBe('LTAI5t7eneojm6aeRKncB7V9')
    await stub.close()
  })
})
