import { awsBill } from '@billow/source-aws-billing'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type Stub, startStub } from '../../../test/support/stub.ts'
import { answer, awsContext, group, rowsOf } from './support.ts'

let stub: Stub
afterEach(() => stub.close())

const day = '2023-01-15'

describe('the event of a row', () => {
  test("is the document's, key by key", async () => {
    stub = await startStub(() => ({ body: answer(day, [group(['CloudWatch Events'], '0.0009189721')]) }))
    const [row] = await rowsOf(awsContext(stub.url), day)
    const cost = '{"amount":"0.0009189721","unit":"USD"}'
    expect(JSON.stringify(awsBill.event(row as never))).toBe(
      '{"source":"cloud.aws.billing","type":"aws.service.daily","data":{"date":"2023-01-15","service":"CloudWatch Events",' +
        `"amortizedCost":${cost},"blendedCost":${cost},"netAmortizedCost":${cost},"netUnblendedCost":${cost},"unblendedCost":${cost}}}`,
    )
    expect(awsBill.key(row as never)).toEqual(['CloudWatch Events'])
  })

  test.each(['0', '-12.50', '5.2E-9', '0.10', '123456789012345678.0123456789'])(
    'keeps the digits of %s',
    async amount => {
      stub = await startStub(() => ({ body: answer(day, [group(['Tax'], amount, 'CNY')]) }))
      const [row] = await rowsOf(awsContext(stub.url), day)
      expect(awsBill.event(row as never).data['unblendedCost']).toEqual({ amount, unit: 'CNY' })
      expect(awsBill.amount(row as never)).toEqual({ amount, currency: 'CNY' })
    },
  )

  test('has 0 for a cost that the API leaves out, in the currency of the others', async () => {
    const groups = [group(['Amazon S3'], '1.5', 'USD', ['UnblendedCost', 'BlendedCost'])]
    stub = await startStub(() => ({ body: answer(day, groups) }))
    const [row] = await rowsOf(awsContext(stub.url), day)
    expect(awsBill.event(row as never).data).toMatchObject({
      amortizedCost: { amount: '0', unit: 'USD' },
      blendedCost: { amount: '1.5', unit: 'USD' },
      unblendedCost: { amount: '1.5', unit: 'USD' },
    })
  })

  test('a row without any cost is an error, not a row', async () => {
    stub = await startStub(() => ({ body: answer(day, [group(['Amazon S3'], '1', 'USD', [])]) }))
    await expect(rowsOf(awsContext(stub.url), day)).rejects.toThrow('a row without any cost, for "Amazon S3"')
  })

  test.each([
    ['LINKED_ACCOUNT', '123456789012', { linkedAccount: '123456789012' }, '123456789012'],
    ['REGION', 'eu-west-1', { region: 'eu-west-1' }, 'eu-west-1'],
    ['RECORD_TYPE', 'Usage', { recordType: 'Usage' }, 'Usage'],
    ['AZ', 'NoAZ', { az: 'NoAZ' }, 'NoAZ'],
    ['tag:Environment', 'Environment$prod', { tag: { key: 'Environment', value: 'prod' } }, 'prod'],
    ['tag:Environment', 'Environment$', { tag: { key: 'Environment', value: '' } }, ''],
    ['tag:a$b', 'a$b$c$d', { tag: { key: 'a$b', value: 'c$d' } }, 'c$d'],
    ['cost_category:Team', 'Team$billing', { costCategory: { key: 'Team', value: 'billing' } }, 'billing'],
  ])('with group_by %s and the key %s has one more key', async (group_by, key, more, value) => {
    stub = await startStub(() => ({ body: answer(day, [group(['Amazon S3', key], '1')]) }))
    const context = awsContext(stub.url, { group_by })
    const [row] = await rowsOf(context, day)
    const { data } = awsBill.event(row as never)
    expect(data).toMatchObject({ date: day, service: 'Amazon S3', ...more })
    expect(Object.keys(data)).toHaveLength(8)
    expect(awsBill.key(row as never)).toEqual(['Amazon S3', value])
    expect(awsBill.scope?.(context.config)).toBe(`aws.service.daily/${group_by}`)
    const [kind, name] = group_by.split(/:(.*)/s)
    const types: Record<string, string> = { tag: 'TAG', cost_category: 'COST_CATEGORY' }
    expect(JSON.parse(stub.requests[0]?.body ?? '').GroupBy).toEqual([
      { Type: 'DIMENSION', Key: 'SERVICE' },
      { Type: types[kind as string] ?? 'DIMENSION', Key: name ?? kind },
    ])
  })
})
