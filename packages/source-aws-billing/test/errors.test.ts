import { AuthError, describeError, Refused, Retryable, Secret, Throttled } from '@billow/core'
import { type AwsFaults, type AwsSimulator, startAwsSimulator } from '@billow/simulators'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { AWS_KEYS } from '../../../test/support/app.ts'
import { failure } from '../../../test/support/context.ts'
import { startStub } from '../../../test/support/stub.ts'
import { awsContext, rowsOf } from './support.ts'

const DAY = '2026-01-05'
let aws: AwsSimulator
beforeAll(async () => {
  aws = await startAwsSimulator({
    clock: { now: () => new Date('2026-01-10T12:00:00Z'), sleep: async () => undefined },
  })
})
beforeEach(() => {
  aws.faults.reset()
  aws.requests.clear()
})
afterAll(() => aws.close())

const asked = () => aws.requests.entries().length

describe('a refusal of Cost Explorer', () => {
  test.each<[AwsFaults, new (message: string) => Error, string, number]>([
    [
      { limitExceeded: true },
      Throttled,
      'AWS slows ce:GetCostAndUsage down (LimitExceededException: Rate exceeded)',
      3,
    ],
    [{ throttle: true }, Throttled, 'AWS slows ce:GetCostAndUsage down', 3],
    [{ denied: true }, AuthError, 'ce:GetCostAndUsage is not allowed', 1],
    [{ expiredToken: true }, AuthError, 'the keys have expired', 1],
    [{ dataUnavailable: true }, Retryable, 'DataUnavailableException', 1],
    [{ billExpired: true }, Refused, 'it keeps 13 months', 1],
    [{ serverError: true }, Retryable, 'InternalFailure', 3],
    [{ unavailable: true }, Retryable, 'ServiceUnavailable', 3],
    [{ truncate: true }, Retryable, 'ce:GetCostAndUsage failed', 1],
    [{ cut: true }, Retryable, 'ce:GetCostAndUsage failed', 3],
    [{ drop: true }, Retryable, 'ce:GetCostAndUsage failed', 3],
    [{ badGateway: true }, Retryable, 'ce:GetCostAndUsage failed', 3],
  ])('%j says what it means', async (faults, kind, text, requests) => {
    aws.faults.set(faults)
    const error = await failure(rowsOf(awsContext(aws.url), DAY))
    expect(error.constructor).toBe(kind)
    expect(error.message).toContain(text)
    expect(describeError(error)).not.toContain('\n')
    expect(asked()).toBeLessThanOrEqual(requests)
  })

  test.each<AwsFaults>([{ limitExceeded: 1 }, { serverError: 1 }, { drop: 1 }])(
    '%j is gone after a moment',
    async faults => {
      aws.faults.set(faults)
      expect((await rowsOf(awsContext(aws.url), DAY)).length).toBeGreaterThan(0)
      expect(asked()).toBe(2)
    },
  )

  test('dates that AWS has no costs of are said to be so', async () => {
    const error = await failure(rowsOf(awsContext(aws.url), '2020-01-01'))
    expect(error).toBeInstanceOf(Refused)
    expect(error.message).toContain("You haven't enabled historical data beyond 14 months")
  })

  test.each([
    [AWS_KEYS.id, 'wrong-secret-key', 'the signature does not match'],
    ['AKIAUNKNOWN', AWS_KEYS.secret, 'AWS does not know the access key'],
  ])('for the key %s and the secret %s', async (id, secret, text) => {
    const keys = { access_key_id: new Secret(id), secret_access_key: new Secret(secret) }
    const error = await failure(rowsOf(awsContext(aws.url, { secret: keys }), DAY))
    expect(error).toBeInstanceOf(AuthError)
    expect(error.message).toContain(text)
  })

  test('nobody at the endpoint is an error that can pass', async () => {
    const gone = await startStub(() => undefined)
    await gone.close()
    expect(await failure(rowsOf(awsContext(gone.url), DAY))).toBeInstanceOf(Retryable)
  })

  test('an answer that repeats the signed headers does not bring the session token into the error', async () => {
    const stub = await startStub(({ headers }) => ({
      status: 400,
      body: {
        __type: 'InvalidSignatureException',
        message: `The Canonical String should have been x-amz-security-token:${headers['x-amz-security-token']}`,
      },
    }))
    const { config } = awsContext(stub.url)
    const secret = { ...config.secret, session_token: new Secret('a-session-token') }
    const error = await failure(rowsOf(awsContext(stub.url, { secret }), DAY))
    expect(stub.requests[0]?.headers['x-amz-security-token']).toBe('a-session-token')
    expect(error.message).toContain('the signature does not match')
    expect(describeError(error)).not.toContain('a-session-token')
    await stub.close()
  })
})

describe('a stop', () => {
  test.each<AwsFaults>([{ hang: true }, { slowBody: true, slowBodyMs: 60_000 }, { limitExceeded: true }])(
    'with %j ends the reading with its reason',
    async faults => {
      aws.faults.set(faults)
      const stop = new AbortController()
      const reading = failure(rowsOf(awsContext(aws.url, {}, { signal: stop.signal }), DAY))
      while (asked() === 0) await new Promise(resolve => setTimeout(resolve, 5))
      const reason = new Error('stopping')
      stop.abort(reason)
      expect(await reading).toBe(reason)
    },
  )

  test('before the first request asks for nothing', async () => {
    await failure(rowsOf(awsContext(aws.url, {}, { signal: AbortSignal.abort() }), DAY))
    expect(asked()).toBe(0)
  })
})
