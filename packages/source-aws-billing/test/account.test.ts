import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AuthError, parseClock, Secret } from '@billow/core'
import { type AwsSimulator, startAwsSimulator } from '@billow/simulators'
import { awsBill } from '@billow/source-aws-billing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { AWS_KEYS, ROOT } from '../../../test/support/app.ts'
import { failure } from '../../../test/support/context.ts'
import { awsContext, rowsOf } from './support.ts'

let aws: AwsSimulator
beforeAll(async () => {
  aws = await startAwsSimulator({ clock: parseClock('2024-05-15') })
})
beforeEach(() => {
  aws.faults.reset()
  aws.requests.clear()
})
afterAll(() => aws.close())

const actions = () => aws.requests.entries().map(({ action }) => action)

describe('the account', () => {
  test('is account_id where it is configured, even beside another one stored', async () => {
    const context = awsContext(aws.url, { account_id: '210000000017', sts_endpoint: aws.url })
    await context.state.set('account', '123456789012')
    expect(await awsBill.account(context)).toBe('210000000017')
    expect(await context.state.get('account')).toBe('210000000017')
    expect(actions()).toEqual([])
  })

  test('is the one in the ARN of the role', async () => {
    const role = { arn: 'arn:aws:iam::210000000033:role/billing', session_name: 'billow' }
    expect(await awsBill.account(awsContext(aws.url, { role }))).toBe('210000000033')
  })

  test('is asked of STS once, then stored', async () => {
    const context = awsContext(aws.url, { sts_endpoint: aws.url })
    expect(await awsBill.account(context)).toBe('123456789012')
    expect(await awsBill.account(context)).toBe('123456789012')
    expect(actions()).toEqual(['GetCallerIdentity'])
  })

  test('of a simulator is the access key, and Amazon is not asked', async () => {
    const context = awsContext(aws.url)
    expect(await awsBill.account(context)).toBe(AWS_KEYS.id)
    expect(await context.state.get('account')).toBe(AWS_KEYS.id)
    expect(actions()).toEqual([])
  })

  test('is not guessed while STS is out of reach', async () => {
    aws.faults.set({ drop: true })
    const context = awsContext(aws.url, { sts_endpoint: aws.url })
    await expect(awsBill.account(context)).rejects.toThrow('with account_id it need not be asked')
    expect(await context.state.get('account')).toBeUndefined()
  })

  test('of keys that STS does not know is an AuthError', async () => {
    const secret = { access_key_id: new Secret('AKIAUNKNOWN'), secret_access_key: new Secret('secret') }
    const error = await failure(
      Promise.resolve(awsBill.account(awsContext(aws.url, { secret, sts_endpoint: aws.url }))),
    )
    expect(error).toBeInstanceOf(AuthError)
    expect(error.message).toContain('sts:GetCallerIdentity')
  })
})

describe('a role', () => {
  const role = {
    arn: 'arn:aws:iam::210000000033:role/billing',
    session_name: 'nightly',
    external_id: 'tenant-7',
  }

  test('is assumed with the keys, and its own keys read the bill', async () => {
    aws.faults.set({ externalId: 'tenant-7' })
    const rows = await rowsOf(awsContext(aws.url, { role, sts_endpoint: aws.url }), '2024-05-01')
    expect(rows.length).toBeGreaterThan(0)
    const [assume, read] = aws.requests.entries()
    expect(assume).toMatchObject({
      action: 'AssumeRole',
      accessKeyId: AWS_KEYS.id,
      parameters: { RoleArn: role.arn, RoleSessionName: 'nightly', ExternalId: 'tenant-7' },
    })
    expect(read).toMatchObject({ action: 'GetCostAndUsage', accessKeyId: expect.stringMatching(/^ASIA/) })
  })

  test('that may not be assumed names sts:AssumeRole', async () => {
    aws.faults.set({ externalId: 'another' })
    const error = await failure(rowsOf(awsContext(aws.url, { role, sts_endpoint: aws.url }), '2024-05-01'))
    expect(error).toBeInstanceOf(AuthError)
    expect(error.message).toContain('sts:AssumeRole is not allowed')
  })
})

describe('temporary keys', () => {
  const temporary = {
    accessKeyId: 'ASIATEMPORARY',
    secretAccessKey: 'temporary-secret-key',
    sessionToken: 'temporary-session-token',
  }

  test('are sent with their token', async () => {
    const double = await startAwsSimulator({ clock: parseClock('2024-05-15'), keys: [temporary] })
    const secret = {
      access_key_id: new Secret(temporary.accessKeyId),
      secret_access_key: new Secret(temporary.secretAccessKey),
    }
    const session_token = new Secret(temporary.sessionToken)
    expect(await failure(rowsOf(awsContext(double.url, { secret }), '2024-05-01'))).toBeInstanceOf(AuthError)
    const rows = await rowsOf(awsContext(double.url, { secret: { ...secret, session_token } }), '2024-05-01')
    expect(rows.length).toBeGreaterThan(0)
    await double.close()
  })
})

describe('without keys', () => {
  const bin = join(ROOT, 'packages/source-aws-billing/src/bin.ts')

  async function check(env: Record<string, string>): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'billow-'))
    writeFileSync(join(folder, 'config.yml'), `target: ${aws.url}\nendpoint: ${aws.url}\n`)
    const common = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      CONNECTOR_CONFIG: join(folder, 'config.yml'),
      BILLOW_DATA_DIR: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
    }
    const argv = ['--conditions=billow-source', bin, 'check', '--clock', '2024-05-15']
    const ended = promisify(execFile)(process.execPath, argv, { env: { ...common, ...env } })
    const { stdout, stderr } = await ended.catch((error: { stdout: string; stderr: string }) => error)
    return stdout + stderr
  }

  test("the SDK's default chain finds those of the environment", async () => {
    const said = await check({ AWS_ACCESS_KEY_ID: AWS_KEYS.id, AWS_SECRET_ACCESS_KEY: AWS_KEYS.secret })
    expect(said).toContain('permission: ce:GetCostAndUsage is granted; 2024-05-14 has')
    expect(aws.requests.entries()[0]).toMatchObject({ accessKeyId: AWS_KEYS.id })
  })

  test('and with nothing in the chain, the error says what to write', async () => {
    const said = await check({})
    expect(said).toContain('no AWS credentials: write secret.access_key_id and secret.secret_access_key')
  })
})
