import { PassThrough } from 'node:stream'
import { type CloudEvent, parseJson, stringifyJson } from '@billow/core'
import { createDisplay } from '@billow/sink-display'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { testContext } from '../../../test/support/context.ts'
import { colorJson } from '../src/json.ts'

/** What the sources' documents show on the display, to the letter. */
const DOCUMENTS = {
  'source-aws-billing': `{
  "specversion": "1.0",
  "id": "4395ffa3-f6de-443c-bf0e-bb9798d26a1d",
  "source": "cloud.aws.billing",
  "type": "aws.service.daily",
  "datacontenttype": "application/json",
  "time": "2022-06-14T07:05:55.777689Z",
  "data": {
    "date": "2023-01-15",
    "service": "CloudWatch Events",
    "amortizedCost": {
      "amount": "0.0009189721",
      "unit": "USD"
    },
    "blendedCost": {
      "amount": "0.0009189721",
      "unit": "USD"
    },
    "netAmortizedCost": {
      "amount": "0.0009189721",
      "unit": "USD"
    },
    "netUnblendedCost": {
      "amount": "0.0009189721",
      "unit": "USD"
    },
    "unblendedCost": {
      "amount": "0.0009189721",
      "unit": "USD"
    }
  }
}
`,
  'source-alicloud-billing': `{
  "specversion": "1.0",
  "id": "bd64e9e0-cd46-43f1-95fa-2008b6b49e85",
  "source": "cloud.alibaba.billing",
  "type": "alibaba.billing.daily",
  "datacontenttype": "application/json",
  "time": "2022-06-14T07:01:55.277687Z",
  "data": {
    "AdjustAmount": 0,
    "BillAccountID": "123456",
    "BillAccountName": "aliyun23456",
    "BillingDate": "2022-06-13",
    "BizType": "",
    "CashAmount": 0,
    "CostUnit": "",
    "Currency": "CNY",
    "DeductedByCashCoupons": 0,
    "DeductedByCoupons": 0,
    "DeductedByPrepaidCard": 0,
    "InvoiceDiscount": 0,
    "OutstandingAmount": 0,
    "OwnerId": "123456",
    "OwnerName": "aliyun23456",
    "PaymentAmount": 0.23,
    "PipCode": "disk",
    "PretaxAmount": 0,
    "PretaxGrossAmount": 0.2352,
    "ProductCode": "disk",
    "ProductName": "",
    "SubscriptionType": "PayAsYouGo"
  }
}
`,
}

describe("the documents' events", () => {
  test.each(Object.entries(DOCUMENTS))('%s: printed as its document shows it', async (_, document) => {
    const stdout = new PassThrough({ encoding: 'utf8' })
    const writer = await createDisplay(() => stdout).open(testContext({ format: 'json' as const }))
    await writer.write([parseJson(document) as CloudEvent], new AbortController().signal)
    expect(stdout.read()).toBe(document)
  })
})

describe('colour', () => {
  const value = fc.oneof(
    fc.jsonValue({ noUnicodeString: false }),
    fc.constantFrom('0.10', '5.2E-9', '-0', '9007199254740993', '{"a\\":1":[1e+2]}').map(parseJson),
    fc.constantFrom('true', '1.5', '"a": null', '\\', '\\"', '{}'),
  )

  test('of any JSON changes nothing of its text', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (data, indent) => {
        const json = stringifyJson(data, indent)
        // JSON has no escape character of its own: it writes one as \u001b.
        const [start, ...painted] = colorJson(json).split('\u001B')
        expect([start, ...painted.map(part => part.replace(/^\[\d+m/, ''))].join('')).toBe(json)
      }),
    )
  })
})
