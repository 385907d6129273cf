import { describe, expect, test } from '@jest/globals'
import { AuthError, Secret } from '@billow/core'
import { all, failure, testContext } from '../../../test/support/context.ts'
import { startStub } from '../../../test/support/stub.ts'
import { alicloudBill } from '../src/index.ts'

const DAY = '2024-05-01'

describe('keys that belong to another account than the ledger', () => {
  test('are not read into it: the next reading uses the ledger of their own account', async () => {
    let AccountID = '1'
    const Items = { Item: [{ ProductCode: 'oss', Currency: 'CNY', PretaxAmount: 1 }] }
    const stub = await startStub(() => ({
      body: { Code: 'Success', Success: true, Data: { AccountID, TotalCount: 1, Items } },
    }))
    const keys = { access_key_id: new Secret('id'), secret_access_key: new Secret('key') }
    const context = testContext({
      endpoint: stub.url,
      bill: 'account',
      month_closes: '4T12:00+08:00',
      secret: keys,
    } as never)
    expect(await alicloudBill.account(context)).toBe('1')
    expect(await all(alicloudBill.fetch(DAY, DAY, context))).toHaveLength(1)
    AccountID = '2'
    const error = await failure(all(alicloudBill.fetch(DAY, DAY, context)))
    expect(error).toBeInstanceOf(AuthError)
    expect(error.message).toContain('account 2 now, and not to 1')
    expect(await alicloudBill.account(context)).toBe('2')
    expect(await all(alicloudBill.fetch(DAY, DAY, context))).toHaveLength(1)
    await stub.close()
  })
})
