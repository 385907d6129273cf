import { Secret } from '@billow/core'
import { type AlicloudBillingConfig, alicloudBill, type BillRow } from '@billow/source-alicloud-billing'
import { ALICLOUD_KEYS } from '../../../test/support/app.ts'
import { all, type TestContext, type TestContextOptions, testContext } from '../../../test/support/context.ts'
import { type Stub, type StubAnswer, startStub } from '../../../test/support/stub.ts'

export type AlicloudContext = TestContext<AlicloudBillingConfig>

/** A context with the documents' keys. */
export function alicloudContext(
  endpoint: string,
  more: Partial<AlicloudBillingConfig> = {},
  options?: TestContextOptions,
): AlicloudContext {
  const secret = {
    access_key_id: new Secret(ALICLOUD_KEYS.id),
    secret_access_key: new Secret(ALICLOUD_KEYS.secret),
  }
  return testContext<AlicloudBillingConfig>(
    { endpoint, secret, bill: 'account', month_closes: '4T12:00+08:00', ...more },
    options,
  )
}

export async function rowsOf(context: AlicloudContext, from: string, to = from): Promise<BillRow[]> {
  return (await all(alicloudBill.fetch(from, to, context))).map(({ row }) => row)
}

export interface Page {
  readonly items: readonly object[]
  readonly total: number
}

/** A QueryAccountBill that answers what a test says; `page` counts from 1, `request` too. */
export function startPages(answer: (page: number, request: number) => Page): Promise<Stub> {
  return startStub(({ query }, request) => {
    const { items, total } = answer(Number(query.get('PageNum')), request)
    return success({ TotalCount: total, Items: { Item: items } })
  })
}

/** A success; where `data` is text, it is the JSON of `Data` as it is. */
export function success(data: object | string): StubAnswer {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return { body: `{"Code":"Success","Success":true,"Message":"Successful!","Data":${text}}` }
}

export const item = (code: string, more: object = {}) => ({
  ProductCode: code,
  Currency: 'CNY',
  PretaxAmount: 1,
  ...more,
})
