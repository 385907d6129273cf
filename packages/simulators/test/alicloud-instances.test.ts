import { afterAll, describe, expect, test } from '@jest/globals'
import { parseClock } from '@billow/core'
import { startAlicloudSimulator } from '@billow/simulators'
import { Big } from 'big.js'
import {
  accountDay,
  type BssAnswer,
  type BssItem,
  bss,
  bssExact,
  bssText,
  exactItems,
  total,
} from './clients.ts'

const double = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
const call = bss(double)
const exact = bssExact(double)
const day = accountDay('2024-05-13')

afterAll(() => double.close())

const code = (code: string) => expect.objectContaining({ code })

describe('DescribeInstanceBill', () => {
  const { IsGroupByProduct, PageSize, ...base } = day
  const pages = async (query: Record<string, string>, size: number) => {
    const all: BssItem[] = []
    let NextToken: string | undefined
    do {
      const page = { ...query, MaxResults: String(size), ...(NextToken && { NextToken }) }
      const text = await bssText(double)('DescribeInstanceBill', page)
      all.push(...exactItems(text))
      NextToken = (JSON.parse(text) as BssAnswer).Data.NextToken
    } while (NextToken)
    return all
  }

  test('flat Items whose sums are the account bill, by instance and by billing item', async () => {
    const instances = await pages(base, 300)
    const items = await pages({ ...base, IsBillingItem: 'true' }, 300)
    expect(items.length).toBeGreaterThan(instances.length)
    expect(instances[0]).not.toHaveProperty('BillingItem')
    expect(items[0]).toHaveProperty('BillingItem')
    for (const row of double.billed('2024-05-13', '2024-05-13')) {
      for (const all of [instances, items]) {
        const of = all.filter(i => i['ProductCode'] === row.service && i['Currency'] === row.currency)
        expect([row.service, total(of)]).toEqual([row.service, row.amount])
      }
    }
  })

  test('pages by token are the whole, whatever their size', async () => {
    const whole = await pages(base, 300)
    for (const size of [37, 100]) expect(await pages(base, size)).toEqual(whole)
  })

  test('a token that is wrong, or of another request, is refused', async () => {
    const { Data } = await call('DescribeInstanceBill', base)
    for (const change of [{ NextToken: 'wrong' }, { NextToken: Data.NextToken ?? '', ProductCode: 'ecs' }]) {
      await expect(call('DescribeInstanceBill', { ...base, ...change })).rejects.toThrow(
        code('InvalidNextToken'),
      )
    }
  })

  test('IsHideZeroCharge, InstanceID and SubscriptionType choose rows', async () => {
    const all = await pages(base, 300)
    const charged = await pages({ ...base, IsHideZeroCharge: 'true' }, 300)
    expect(charged.length).toBe(all.filter(i => !/^0[.0]*$/.test(String(i['PretaxGrossAmount']))).length)
    const { InstanceID = '' } = all[3] ?? {}
    const one = await pages({ ...base, InstanceID: String(InstanceID) }, 300)
    expect(new Set(one.map(i => i['InstanceID']))).toEqual(new Set([InstanceID]))
    const orders = await pages({ ...base, SubscriptionType: 'Subscription' }, 300)
    expect(orders.every(i => i['Item'] === 'SubscriptionOrder')).toBe(true)
  })
})

describe('QueryBillOverview', () => {
  test('the month by product, pay-as-you-go rounded down to the cent', async () => {
    const overview = await exact('QueryBillOverview', { BillingCycle: '2024-04' })
    const month = await exact('QueryAccountBill', {
      BillingCycle: '2024-04',
      IsGroupByProduct: 'true',
      PageSize: '300',
    })
    expect(overview).toHaveLength(month.length)
    const sum = (items: readonly BssItem[], field?: string) =>
      total(
        items.filter(i => i['Currency'] === 'CNY'),
        field,
      )
    expect(new Big(sum(overview)).plus(sum(overview, 'RoundDownDiscount')).eq(sum(month))).toBe(true)
    for (const item of overview.filter(i => i['Item'] === 'PayAsYouGoBill')) {
      expect(String(item['PretaxAmount'])).toMatch(/^-?\d+(\.\d{1,2}0*)?$/)
    }
    expect(new Set(overview.map(i => i['Item']))).toEqual(
      new Set(['PayAsYouGoBill', 'SubscriptionOrder', 'Refund']),
    )
  })
})
