import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parseClock } from '@billow/core'
import { ALICLOUD_TEST_KEY, type AlicloudSimulator, startAlicloudSimulator } from '@billow/simulators'
import { Big } from 'big.js'
import fc from 'fast-check'
import { accountDay, type BssItem, bss, bssExact, bssText, total } from './clients.ts'

const double = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
const call = bss(double)
const day = accountDay('2024-05-13')

beforeEach(() => {
  double.faults.reset()
  double.requests.clear()
})
afterAll(() => double.close())

const code = (code: string) => expect.objectContaining({ code })
const exact = bssExact(double)

describe('QueryAccountBill', () => {
  test('a day by product has the 22 fields of the API, nested in Items.Item', async () => {
    const { Data, Success, Code } = await call('QueryAccountBill', day)
    expect([Success, Code]).toEqual([true, 'Success'])
    expect(Object.keys(Data.Items.Item[0] ?? {}).sort()).toEqual([
      'AdjustAmount',
      'BillAccountID',
      'BillAccountName',
      'BillingDate',
      'BizType',
      'CashAmount',
      'CostUnit',
      'Currency',
      'DeductedByCashCoupons',
      'DeductedByCoupons',
      'DeductedByPrepaidCard',
      'InvoiceDiscount',
      'OutstandingAmount',
      'OwnerID',
      'OwnerName',
      'PaymentAmount',
      'PipCode',
      'PretaxAmount',
      'PretaxGrossAmount',
      'ProductCode',
      'ProductName',
      'SubscriptionType',
    ])
    expect(Data).toMatchObject({ BillingCycle: '2024-05', PageNum: 1, PageSize: 300 })
    expect(Data.TotalCount).toBe(Data.Items.Item.length)
    expect(Data.TotalCount).toBeGreaterThan(60)
  })

  test('three currencies, owners by ids that no double could hold, and pretax = gross − discount − coupons', async () => {
    const items = await exact('QueryAccountBill', day)
    expect(new Set(items.map(i => i['Currency']))).toEqual(new Set(['CNY', 'USD', 'JPY']))
    expect(new Set(items.map(i => i['OwnerID'])).size).toBe(3)
    for (const item of items) {
      const { PretaxGrossAmount, InvoiceDiscount, DeductedByCoupons, PretaxAmount, Currency } = item
      const pretax = new Big(PretaxGrossAmount ?? '')
        .minus(InvoiceDiscount ?? '')
        .minus(DeductedByCoupons ?? '')
      expect(pretax.eq(PretaxAmount ?? '')).toBe(true)
      if (Currency === 'JPY') expect(String(PretaxAmount)).toMatch(/^-?\d+(\.0+)?$/)
    }
  })

  test('what it says, billed says too, to the last digit', async () => {
    const items = await exact('QueryAccountBill', day)
    for (const { service, name, currency, amount, net, rows } of double.billed('2024-05-13', '2024-05-13')) {
      const of = items.filter(i => i['ProductCode'] === service && i['Currency'] === currency)
      expect([service, total(of), of.length]).toEqual([service, amount, rows])
      expect([of[0]?.['ProductName'], net]).toEqual([name, amount])
    }
  })

  test('amounts are JSON numbers with ten decimals, more than a double holds', async () => {
    const text = await bssText(double)('QueryAccountBill', day)
    const amounts = [...text.matchAll(/"PretaxGrossAmount":([^,}]+)/g)].map(m => m[1] ?? '')
    expect(amounts.every(a => /^-?\d+(\.\d{1,10})?$/.test(a))).toBe(true)
    expect(text).toContain('"InvoiceDiscount":0.0000000000')
    const purchase = double
      .anomalies('2023-01-01', '2024-05-01')
      .find(a => a.amount === '12345678.1234567891')
    const bought = await bssText(double)('QueryAccountBill', accountDay(purchase?.day ?? ''))
    expect(bought).toContain('"PretaxGrossAmount":12345678.1234567891')
  })

  test('without IsGroupByProduct one row an owner, without the fields of a product', async () => {
    const items = await exact('QueryAccountBill', { ...day, IsGroupByProduct: 'false' })
    expect(items).toHaveLength(3)
    expect(items[0]).not.toHaveProperty('ProductCode')
    const rows = await exact('QueryAccountBill', day)
    for (const { OwnerID, PretaxAmount } of items) {
      expect(PretaxAmount).toBe(total(rows.filter(r => r['OwnerID'] === OwnerID)))
    }
  })

  test('MONTHLY is the sum of its days', async () => {
    const month = await exact('QueryAccountBill', {
      BillingCycle: '2024-04',
      IsGroupByProduct: 'true',
      PageSize: '300',
    })
    const ecs = double
      .billed('2024-04-01', '2024-04-30')
      .filter(b => b.service === 'ecs' && b.currency === 'CNY')
    expect(total(month.filter(i => i['ProductCode'] === 'ecs' && i['Currency'] === 'CNY'))).toBe(
      ecs.reduce((sum, b) => sum.plus(b.amount), new Big(0)).toFixed(),
    )
    expect(month[0]).not.toHaveProperty('BillingDate')
  })

  test('BillOwnerId and ProductCode choose rows; another owner is refused', async () => {
    const [{ OwnerID = '' } = {}] = (await exact('QueryAccountBill', day)).filter(
      i => i['Currency'] === 'USD',
    )
    const usd = await call('QueryAccountBill', { ...day, BillOwnerId: String(OwnerID) })
    expect(new Set(usd.Data.Items.Item.map(i => i['Currency']))).toEqual(new Set(['USD']))
    const ecs = await call('QueryAccountBill', { ...day, ProductCode: 'ecs' })
    expect(new Set(ecs.Data.Items.Item.map(i => i['ProductCode']))).toEqual(new Set(['ecs']))
    await expect(call('QueryAccountBill', { ...day, BillOwnerId: '1' })).rejects.toThrow(code('InvalidOwner'))
  })

  test('all pages together are the whole, whatever their size', async () => {
    const whole = await call('QueryAccountBill', day)
    const { TotalCount } = whole.Data
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 9, max: TotalCount + 3 }), async size => {
        const items: BssItem[] = []
        for (let page = 1; items.length < TotalCount; page++) {
          const PageSize = String(size)
          const { Data } = await call('QueryAccountBill', { ...day, PageSize, PageNum: String(page) })
          expect(Data.TotalCount).toBe(TotalCount)
          items.push(...Data.Items.Item)
        }
        expect(items).toEqual(whole.Data.Items.Item)
      }),
      { numRuns: 8 },
    )
  })

  test('the page has 20 rows if nothing else is said, and a page past the end none', async () => {
    const { PageSize, ...usual } = day
    expect((await call('QueryAccountBill', usual)).Data.Items.Item).toHaveLength(20)
    expect((await call('QueryAccountBill', { ...day, PageNum: '99' })).Data.Items.Item).toEqual([])
  })

  test('pageShift: a row joins at the front between two pages, and TotalCount tells', async () => {
    const page = (PageNum: string) =>
      call('QueryAccountBill', { ...accountDay('2024-05-12'), PageSize: '20', PageNum })
    double.faults.set({ pageShift: 1 })
    const first = await page('1')
    const second = await page('2')
    expect(second.Data.TotalCount).toBe(first.Data.TotalCount + 1)
    expect(second.Data.Items.Item[0]).toEqual(first.Data.Items.Item[19])
    const again = await page('1')
    expect(again.Data.TotalCount).toBe(second.Data.TotalCount)
    expect(again.Data.Items.Item[1]).toEqual(first.Data.Items.Item[0])
  })

  test.each([
    [{ BillingCycle: '' }, 'MissingBillingCycle'],
    [{ BillingCycle: '2024-13' }, 'InvalidBillingCycle'],
    [{ BillingCycle: '2022-10' }, 'InvalidBillingCycle'],
    [{ BillingDate: '' }, 'MissingBillingDate'],
    [{ BillingDate: '2024-05-32' }, 'InvalidBillingDate'],
    [{ BillingDate: '2024-04-30' }, 'InvalidBillingDate'],
    [{ Granularity: 'Daily' }, 'InvalidGranularity'],
    [{ PageSize: '301' }, 'InvalidPageSize'],
    [{ PageNum: '0' }, 'InvalidPageNum'],
    [{ IsGroupByProduct: 'maybe' }, 'InvalidIsGroupByProduct'],
  ])('%j is %s', async (change, expected) => {
    await expect(call('QueryAccountBill', { ...day, ...change })).rejects.toThrow(code(expected))
  })

  test('anyCase takes Granularity in any case', async () => {
    double.faults.set({ anyCase: true })
    expect((await call('QueryAccountBill', { ...day, Granularity: 'Daily' })).Code).toBe('Success')
  })
})

describe('keys', () => {
  test('the older HMAC-SHA1 signature is as good', async () => {
    const older = await bss(double, { algorithm: 'v2' })('QueryAccountBill', day)
    expect(older.Data).toEqual((await call('QueryAccountBill', day)).Data)
  })

  test.each(['ACS3', 'v2'] as const)('%s: wrong keys are refused in the words of the gateway', async name => {
    const as = (change: object) =>
      bss(double, { key: { ...ALICLOUD_TEST_KEY, ...change }, ...(name === 'v2' && { algorithm: name }) })(
        'QueryAccountBill',
        day,
      )
    await expect(as({ accessKeyId: 'LTAIunknown' })).rejects.toThrow(code('InvalidAccessKeyId.NotFound'))
    await expect(as({ secretAccessKey: 'wrong' })).rejects.toThrow(code('SignatureDoesNotMatch'))
    await expect(as({ sessionToken: 'none of mine' })).rejects.toThrow(
      code('InvalidSecurityToken.MismatchWithAccessKey'),
    )
  })

  test('a temporary key must carry its token', async () => {
    const key = { accessKeyId: 'STS.example', secretAccessKey: 'temporary', sessionToken: 'a-token' }
    const sts = await startAlicloudSimulator({ clock: parseClock('2024-05-15'), keys: [key] })
    for (const algorithm of [{}, { algorithm: 'v2' }] as const) {
      expect((await bss(sts, { key, ...algorithm })('QueryAccountBill', day)).Code).toBe('Success')
      const { sessionToken, ...bare } = key
      await expect(bss(sts, { key: bare, ...algorithm })('QueryAccountBill', day)).rejects.toThrow(
        code('MissingSecurityToken'),
      )
    }
    await sts.close()
  })

  test('another action or version does not exist', async () => {
    await expect(call('QueryInstanceBill', day)).rejects.toThrow(code('InvalidApi.NotFound'))
  })
})

describe('a request that @alicloud/pop-core signed', () => {
  const body =
    'AccessKeyId=LTAItestid&Action=QueryAccountBill&BillingCycle=2022-06&BillingDate=2022-06-13&Format=JSON&Granularity=DAILY&IsGroupByProduct=true&PageNum=1&PageSize=100&SignatureMethod=HMAC-SHA1&SignatureNonce=315f89756e124f08899342c959c65f75&SignatureVersion=1.0&Timestamp=2026-11-22T01%3A53%3A24Z&Version=2017-12-14&Signature=fc1BNyFgxaJsSMNnryLYeY6kh7k%3D'
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  let then: AlicloudSimulator
  beforeEach(async () => {
    then = await startAlicloudSimulator({
      clock: parseClock('2022-06-15'),
      realTime: () => new Date('2026-11-22T01:53:30Z'),
      keys: [{ accessKeyId: 'LTAItestid', secretAccessKey: 'testsecret' }],
    })
  })
  afterEach(() => then.close())
  const send = () => fetch(then.url, { method: 'POST', headers, body })

  test('is answered once: a nonce is good for one request', async () => {
    expect(await (await send()).json()).toMatchObject({ Code: 'Success', Data: { PageSize: 100 } })
    const again = await send()
    expect([again.status, await again.json()]).toMatchObject([
      400,
      { Code: 'SignatureNonceUsed', HostId: then.url.slice(7) },
    ])
  })

  test.each([
    [1500, '1500'],
    [undefined, null],
  ])('retryAfterMs %j: x-acs-retry-after is %j', async (retryAfterMs, header) => {
    then.faults.set({ throttle: 1, ...(retryAfterMs && { retryAfterMs }) })
    const answer = await send()
    expect(await answer.json()).toMatchObject({ Code: 'Throttling.User' })
    expect(answer.headers.get('x-acs-retry-after')).toBe(header)
  })
})
