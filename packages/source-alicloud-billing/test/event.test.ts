import { stringifyJson } from '@billow/core'
import { alicloudBill } from '@billow/source-alicloud-billing'
import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Stub, startStub } from '../../../test/support/stub.ts'
import { alicloudContext, rowsOf, success } from './support.ts'

let stub: Stub
afterEach(() => stub.close())

const DAY = '2022-06-13'

/** The rows that come of `Item`s with this JSON text. */
async function read(items: string, total = 1) {
  stub = await startStub(() => success(`{"TotalCount":${total},"Items":{"Item":[${items}]}}`))
  return rowsOf(alicloudContext(stub.url), DAY)
}

const DOCUMENT =
  '{"source":"cloud.alibaba.billing","type":"alibaba.billing.daily","data":{"AdjustAmount":0,"BillAccountID":"123456","BillAccountName":"aliyun23456","BillingDate":"2022-06-13","BizType":"","CashAmount":0,"CostUnit":"","Currency":"CNY","DeductedByCashCoupons":0,"DeductedByCoupons":0,"DeductedByPrepaidCard":0,"InvoiceDiscount":0,"OutstandingAmount":0,"OwnerId":"123456","OwnerName":"aliyun23456","PaymentAmount":0.23,"PipCode":"disk","PretaxAmount":0,"PretaxGrossAmount":0.2352,"ProductCode":"disk","ProductName":"","SubscriptionType":"PayAsYouGo"}}'

describe('the event of a row', () => {
  test("is the document's, key by key, with OwnerID as OwnerId and '' or 0 for what is left out", async () => {
    const [row] = await read(
      '{"OwnerID":"123456","OwnerName":"aliyun23456","PaymentAmount":0.23,"PipCode":"disk","PretaxGrossAmount":0.2352,"ProductCode":"disk","SubscriptionType":"PayAsYouGo","BillAccountID":"123456","BillAccountName":"aliyun23456","Currency":"CNY","BizType":null,"CashAmount":null,"Unknown":1}',
    )
    expect(stringifyJson(alicloudBill.event(row as never))).toBe(DOCUMENT)
    expect(alicloudBill.key(row as never)).toEqual([
      '123456',
      '123456',
      'disk',
      'disk',
      'PayAsYouGo',
      'CNY',
      '',
      '',
    ])
    expect(alicloudBill.amount(row as never)).toEqual({ amount: '0', currency: 'CNY' })
  })

  test('keeps every digit of a figure', async () => {
    const figures = [
      '0.0000000001',
      '12.3400000000',
      '-5.2E-9',
      '123456789012345678.0123456789',
      '1.0',
      '0',
      '-7',
    ]
    const rows = await read(
      figures.map(text => `{"Currency":"USD","PretaxAmount":${text}}`).join(','),
      figures.length,
    )
    expect(
      rows.map(row => /"PretaxAmount":([^,]+)/.exec(stringifyJson(alicloudBill.event(row)))?.[1]),
    ).toEqual(figures)
    expect(rows.map(row => alicloudBill.amount(row).amount)).toEqual(figures)
  })

  test('keeps every digit, whatever the figure', async () => {
    const decimal = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        fc.stringMatching(/^(\.[0-9]{1,10})?$/),
      )
      .map(parts => parts.join(''))
    await fc.assert(
      fc.asyncProperty(fc.array(decimal, { minLength: 1, maxLength: 20 }), async figures => {
        const rows = await read(figures.map(text => `{"PretaxAmount":${text}}`).join(','), figures.length)
        expect(rows.map(row => alicloudBill.amount(row).amount)).toEqual(figures)
        await stub.close()
      }),
      { numRuns: 20 },
    )
  })

  test('has ids as text, also those that came as numbers past 2^53', async () => {
    const [row] = await read(
      '{"BillAccountID":1857000000000003489,"OwnerID":9007199254740993,"PretaxAmount":"1.50"}',
    )
    expect(row?.data).toMatchObject({ BillAccountID: '1857000000000003489', OwnerId: '9007199254740993' })
    expect(stringifyJson(row?.data)).toContain('"PretaxAmount":1.50,')
  })

  test('a figure that is no number is an error, not a row', async () => {
    await expect(read('{"PretaxAmount":"many"}')).rejects.toThrow(
      'a row of the bill has no number in PretaxAmount',
    )
  })

  test('figures and names are not in the key', async () => {
    const [first, second] = await read(
      '{"ProductCode":"ecs","ProductName":"ECS","OwnerName":"a","PretaxAmount":1},{"ProductCode":"ecs","ProductName":"云服务器","OwnerName":"b","PretaxAmount":2}',
      2,
    )
    expect(alicloudBill.key(first as never)).toEqual(alicloudBill.key(second as never))
  })
})
