import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseClock } from '@billow/core'
import { type AlicloudSimulator, startAlicloudSimulator } from '@billow/simulators'
import { alicloudBilling } from '@billow/source-alicloud-billing'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ALICLOUD_KEYS, ROOT } from '../../../test/support/app.ts'
import { runCommand } from '../../../test/support/command.ts'

const keys = `secret:\n  access_key_id: ${ALICLOUD_KEYS.id}\n  secret_access_key: ${ALICLOUD_KEYS.secret}\n`

let alicloud: AlicloudSimulator
beforeAll(async () => {
  alicloud = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
})
afterAll(() => alicloud.close())

async function run(text: string, command = 'days') {
  const config = `target: ${alicloud.url}\n${text}`
  const { code, stdout, stderr } = await runCommand(
    alicloudBilling,
    [command, '--clock', '2024-05-15'],
    config,
  )
  expect(stdout + stderr).not.toContain(ALICLOUD_KEYS.secret)
  return { code, stdout, lines: stderr.trim().split('\n') }
}

describe('the configuration', () => {
  test.each([
    ["the document's", keys],
    ['the spelling of its table', keys.replace('secret_access_key', 'secret_access_Key')],
    [
      'everything',
      `${keys}  security_token: token\nbill: instance\nbill_owner_id: "1922000000000007121"\npull_hour: 23\npull_zone: Asia/Shanghai\nmonth_closes: 3T00:00Z\ncatch_up_days: 90\nresync_days: 3\n`,
    ],
    ['the account bill by its name', `${keys}bill: account\n`],
  ])('takes %s', async (_, text) => {
    // With a bill_owner_id, `days` asks nobody whose account it is.
    const owner = text.includes('bill_owner_id') ? '' : 'bill_owner_id: "42"\n'
    expect(await run(`${text}${owner}`)).toMatchObject({ code: 0, lines: [''] })
  })

  test.each([
    ['endpoint: business.aliyuncs.com/path\n', 'config.yml:2:11: endpoint: found'],
    ['endpoint: ""\n', 'config.yml:2:11: endpoint: found an empty text'],
    ['bill: monthly\n', 'config.yml:2:7: bill: found "monthly", allowed is account or instance'],
    [
      'bill_owner_id: 1922000000000007121\n',
      'bill_owner_id: found a number, allowed is the digits of an account id; write it in quotes',
    ],
    ['bill_owner_id: me\n', 'bill_owner_id: found "me", allowed is the digits of an account id'],
    ['pull_hour: 0\n', 'config.yml:2:12: pull_hour: found 0, allowed is a whole number from 1 to 23'],
    [
      'month_closes: 31T12:00+08:00\n',
      'config.yml:2:15: month_closes: found a text, allowed is a day of the month from 1 to 28',
    ],
    [
      'catch_up_days: 0\n',
      'config.yml:2:16: catch_up_days: found 0, allowed is a whole number of at least 1',
    ],
    ['resync_days: -1\n', 'config.yml:2:14: resync_days: found -1, allowed is a whole number of at least 0'],
    ['billing: instance\n', 'config.yml:2:1: billing: '],
  ])('refuses %j with a line that says where', async (text, line) => {
    const { code, lines } = await run(text + keys)
    expect(code).toBe(78)
    expect(lines).toEqual([expect.stringContaining(line)])
  })

  test.each([
    ['', 'secret: missing, allowed is a mapping with the keys access_key_id, secret_access_key'],
    ['secret:\n  access_key_id: LTAI\n', 'config.yml:2:1: secret.secret_access_key: missing'],
    ['secret:\n  secret_access_Key: key\n', 'config.yml:2:1: secret.access_key_id: missing'],
  ])('with %j says which key is missing', async (text, line) => {
    const { code, lines } = await run(text)
    expect(code).toBe(78)
    expect(lines).toEqual(expect.arrayContaining([expect.stringContaining(line)]))
  })
})

test("the app's config.example.yml is valid", async () => {
  const example = readFileSync(join(ROOT, 'apps/source-alicloud-billing/config.example.yml'), 'utf8')
  const text = `${example}\nbill_owner_id: "123456789012"\n`
  expect(await runCommand(alicloudBilling, ['days'], text)).toMatchObject({ code: 0, stderr: '' })
})

describe('check', () => {
  test.each([
    ['account', 'QueryAccountBill'],
    ['instance', 'DescribeInstanceBill'],
  ])('of the %s bill proves the permission with one free request', async (bill, action) => {
    alicloud.requests.clear()
    const { stdout } = await run(`${keys}endpoint: ${alicloud.url}\nbill: ${bill}\n`, 'check')
    expect(stdout).toContain(
      `ok      source-alicloud-billing: permission: ${action} is granted to account 1857000000000003489; requests are free`,
    )
    expect(alicloud.requests.counts()[action]).toMatchObject({ requests: 1, answered: 1 })
  })
})
