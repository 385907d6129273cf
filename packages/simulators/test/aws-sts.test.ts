import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { parseClock } from '@billow/core'
import { type AccessKey, AWS_TEST_KEY, startAwsSimulator } from '@billow/simulators'
import { costExplorer, oneDay, stsClient } from './clients.ts'

let now = new Date()
const double = await startAwsSimulator({ clock: parseClock('2024-05-15'), realTime: () => now })
const day = oneDay('2024-05-13', '2024-05-14')
const role = { RoleArn: 'arn:aws:iam::210000000017:role/billing/reader', RoleSessionName: 'billow' }

beforeEach(() => {
  now = new Date()
  double.faults.reset()
})
afterAll(() => double.close())

async function assume(more: { ExternalId?: string; DurationSeconds?: number } = {}): Promise<AccessKey> {
  const { Credentials } = await stsClient(double).send(new AssumeRoleCommand({ ...role, ...more }))
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

test('GetCallerIdentity tells the account of the key', async () => {
  expect(await stsClient(double).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/billing',
  })
})

test('an assumed role has an identity of its own and may read the bill', async () => {
  const key = await assume()
  expect(await stsClient(double, key).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '210000000017',
    Arn: 'arn:aws:sts::210000000017:assumed-role/reader/billow',
  })
  expect((await costExplorer(double, key)(day)).ResultsByTime).toHaveLength(1)
})

test('without its session token, or with another one, a session key is unknown', async () => {
  const { accessKeyId, secretAccessKey } = await assume()
  for (const key of [
    { accessKeyId, secretAccessKey },
    { accessKeyId, secretAccessKey, sessionToken: 'another' },
    { ...AWS_TEST_KEY, sessionToken: 'none of mine' },
  ]) {
    await expect(costExplorer(double, key)(day)).rejects.toThrow(
      expect.objectContaining({ name: 'UnrecognizedClientException' }),
    )
  }
})

test('sessions expire by time and by switch', async () => {
  const start = Date.now()
  now = new Date(start - 600_000)
  const key = await assume({ DurationSeconds: 900 })
  now = new Date(start + 299_999)
  await costExplorer(double, key)(day)
  now = new Date(start + 300_000)
  const expired = expect.objectContaining({ name: 'ExpiredTokenException' })
  await expect(costExplorer(double, key)(day)).rejects.toThrow(expired)
  now = new Date()
  const second = await assume()
  double.expireSessions()
  await expect(costExplorer(double, second)(day)).rejects.toThrow(expired)
})

test('the external id is asked for where it is set', async () => {
  double.faults.set({ externalId: 'billow-7' })
  await expect(assume()).rejects.toThrow(expect.objectContaining({ name: 'AccessDenied' }))
  await expect(assume({ ExternalId: 'other' })).rejects.toThrow(
    expect.objectContaining({ name: 'AccessDenied' }),
  )
  expect((await assume({ ExternalId: 'billow-7' })).accessKeyId).toMatch(/^ASIA[0-9A-F]{16}$/)
})

test('refusals in the words of STS', async () => {
  const call = (key: AccessKey) => stsClient(double, key).send(new GetCallerIdentityCommand({}))
  await expect(call({ ...AWS_TEST_KEY, accessKeyId: 'AKIAI44QH8DHBEXAMPLE' })).rejects.toThrow(
    expect.objectContaining({ name: 'InvalidClientTokenId' }),
  )
  await expect(call({ ...AWS_TEST_KEY, secretAccessKey: 'wrong' })).rejects.toThrow(
    expect.objectContaining({ name: 'SignatureDoesNotMatch' }),
  )
  double.faults.set({ denied: { action: 'AssumeRole' } })
  await call(AWS_TEST_KEY)
  await expect(assume()).rejects.toThrow(expect.objectContaining({ name: 'AccessDenied' }))
  double.faults.reset()
  await expect(assume({ DurationSeconds: 60 })).rejects.toThrow('durationSeconds')
})
