import { afterEach, describe, expect, test } from '@jest/globals'
import { Secret } from '@billow/core'
import { alicloudBill } from '@billow/source-alicloud-billing'
import { awsBill } from '@billow/source-aws-billing'
import { all, failure, testContext } from './support/context.ts'
import { type Stub, type StubAnswer, startStub } from './support/stub.ts'

const KEYS = { access_key_id: new Secret('id'), secret_access_key: new Secret('key') }

let stub: Stub | undefined
afterEach(() => stub?.close())

describe('an answer that leaves rows out is never taken for a whole day', () => {
  test('DescribeInstanceBill: fewer rows than TotalCount, and no further token', async () => {
    stub = await startStub((): StubAnswer => {
      const Items = [{ InstanceID: 'i-1', Currency: 'CNY', PretaxAmount: 1 }]
      return { body: { Code: 'Success', Success: true, Data: { TotalCount: 3, NextToken: '', Items } } }
    })
    const config = { endpoint: stub.url, bill: 'instance', month_closes: '4T12:00+08:00', secret: KEYS }
    const context = testContext(config as never)
    const error = await failure(all(alicloudBill.fetch('2024-05-01', '2024-05-01', context)))
    expect(error.name).toBe('Retryable')
  })

  test.each([
    ['no ResultsByTime', {}],
    [
      'a day too few',
      { ResultsByTime: [{ TimePeriod: { Start: '2024-05-01', End: '2024-05-02' }, Groups: [] }] },
    ],
  ])('GetCostAndUsage: %s', async (_, body) => {
    stub = await startStub(() => ({ headers: { 'content-type': 'application/x-amz-json-1.1' }, body }))
    const config = { endpoint: stub.url, secret: KEYS }
    const context = testContext(config as never)
    const error = await failure(all(awsBill.fetch('2024-05-01', '2024-05-02', context)))
    expect(error.name).toBe('Retryable')
  })
})
