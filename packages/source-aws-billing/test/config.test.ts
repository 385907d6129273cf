import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseClock } from '@billow/core'
import { type AwsSimulator, startAwsSimulator } from '@billow/simulators'
import { awsBilling } from '@billow/source-aws-billing'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AWS_KEYS, ROOT } from '../../../test/support/app.ts'
import { runCommand } from '../../../test/support/command.ts'

const keys = `secret:\n  access_key_id: ${AWS_KEYS.id}\n  secret_access_key: ${AWS_KEYS.secret}\n`

async function faultsOf(text: string): Promise<string[]> {
  const { code, stderr } = await runCommand(awsBilling, ['days'], `target: http://localhost:31081\n${text}`)
  expect(stderr).not.toContain(AWS_KEYS.secret)
  return code === 0 ? [] : [String(code), ...stderr.trim().split('\n')]
}

describe('the configuration', () => {
  test.each([
    ["the document's", keys],
    ['the other spelling', keys.replace('secret_access_key', 'secret_access_Key')],
    ['no keys', ''],
    ['an empty secret', 'secret: {}\n'],
    [
      'everything',
      `${keys}  session_token: token\nendpoint: https://ce.cn-northwest-1.amazonaws.com.cn\npull_hour: 3\npull_zone: Asia/Shanghai\naccount_id: "012345678901"\ngroup_by: tag:Team\nrole:\n  arn: arn:aws-cn:iam::123456789012:role/a/b\n  external_id: x1\n  session_name: me@here\nsts_endpoint: https://sts.cn-northwest-1.amazonaws.com.cn\n`,
    ],
  ])('takes %s', async (_, text) => {
    // With an account_id, `days` reads the configuration and asks nobody anything.
    const account = text.includes('account_id') ? '' : 'account_id: "123456789012"\n'
    expect(await faultsOf(text + account)).toEqual([])
  })

  test.each([
    ['endpoint: ce.us-east-1.amazonaws.com\n', 'config.yml:2:11: endpoint: found'],
    ['secret:\n  access_key_id: AKIA\n', 'config.yml:2:1: secret.secret_access_key: missing'],
    ['secret:\n  secret_access_key: key\n', 'config.yml:2:1: secret.access_key_id: missing'],
    ['secret:\n  session_token: key\n', 'config.yml:2:1: secret.access_key_id: missing'],
    [
      'account_id: 123456789012\n',
      'config.yml:2:13: account_id: found a number, allowed is the 12 digits of an account; write it in quotes',
    ],
    ['account_id: "12345"\n', 'allowed is the 12 digits of an account'],
    ['group_by: region\n', 'config.yml:2:11: group_by: found "region", allowed is AZ, INSTANCE_TYPE'],
    ['group_by: SERVICE\n', 'config.yml:2:11: group_by: found a text, allowed is AZ'],
    ['group_by: "tag:"\n', 'config.yml:2:11: group_by: found'],
    ['role:\n  session_name: me\n', 'config.yml:2:1: role.arn: missing, allowed is the ARN of a role'],
    ['role:\n  arn: arn:aws:iam::1:user/me\n', 'config.yml:3:8: role.arn: found'],
    [
      'role:\n  arn: arn:aws:iam::123456789012:role/r\n  session_name: a b\n',
      'config.yml:4:17: role.session_name: found',
    ],
    ['sts_endpoint: sts\n', 'config.yml:2:15: sts_endpoint: found "sts"'],
    ['pull_hour: 0\n', 'config.yml:2:12: pull_hour: found 0, allowed is a whole number from 1 to 23'],
    ['pull_zone: Shanghai\n', 'config.yml:2:12: pull_zone: found "Shanghai"'],
    ['groupBy: REGION\n', 'config.yml:2:1: groupBy: '],
  ])('refuses %j with a line that says where', async (text, line) => {
    const [code, ...lines] = await faultsOf(text)
    expect(code).toBe('78')
    expect(lines).toEqual(expect.arrayContaining([expect.stringContaining(line)]))
  })
})

test("the app's config.example.yml is valid", async () => {
  const example = readFileSync(join(ROOT, 'apps/source-aws-billing/config.example.yml'), 'utf8')
  const text = `${example}\naccount_id: "123456789012"\n`
  expect(await runCommand(awsBilling, ['days'], text)).toMatchObject({ code: 0, stderr: '' })
})

describe('check', () => {
  let aws: AwsSimulator
  beforeAll(async () => {
    aws = await startAwsSimulator({ clock: parseClock('2024-05-15') })
  })
  afterAll(() => aws.close())

  test('proves the permission with one paid request, and says what a day costs', async () => {
    const { stdout } = await runCommand(
      awsBilling,
      ['check', '--clock', '2024-05-15'],
      `target: ${aws.url}\nendpoint: ${aws.url}\nsts_endpoint: ${aws.url}\n${keys}`,
    )
    expect(stdout).toContain(
      'ok      source-aws-billing: credentials: arn:aws:iam::123456789012:user/billing',
    )
    expect(stdout).toMatch(/permission: ce:GetCostAndUsage is granted; 2024-05-14 has \d+ rows in USD/)
    expect(stdout).toContain('price: a day costs USD 0.01 a page')
    expect(aws.requests.counts()).toMatchObject({
      GetCostAndUsage: { requests: 1 },
      GetCallerIdentity: { requests: 1 },
    })
  })

  test('says which permission is missing', async () => {
    aws.faults.set({ denied: { action: 'GetCostAndUsage' } })
    const { stdout, code } = await runCommand(
      awsBilling,
      ['check', '--clock', '2024-05-15'],
      `target: ${aws.url}\nendpoint: ${aws.url}\n${keys}`,
    )
    expect(stdout).toContain('allow ce:GetCostAndUsage to the user or the role of the keys')
    expect(code).toBe(77)
  })
})
