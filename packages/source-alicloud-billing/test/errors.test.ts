import {
  AuthError,
  ConfigError,
  describeError,
  parseClock,
  Refused,
  Retryable,
  Secret,
  Throttled,
} from '@billow/core'
import { type AlicloudFaults, type AlicloudSimulator, startAlicloudSimulator } from '@billow/simulators'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { ALICLOUD_KEYS } from '../../../test/support/app.ts'
import { failure } from '../../../test/support/context.ts'
import { startStub } from '../../../test/support/stub.ts'
import { alicloudContext, rowsOf } from './support.ts'

const DAY = '2024-05-01'
let alicloud: AlicloudSimulator
beforeAll(async () => {
  alicloud = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
})
beforeEach(() => {
  alicloud.faults.reset()
  alicloud.requests.clear()
})
afterAll(() => alicloud.close())

const asked = () => alicloud.requests.entries().length
type ErrorClass = new (message: string) => Error

describe('a refusal', () => {
  test.each<[AlicloudFaults, ErrorClass, string, number]>([
    [{ notApplicable: true }, ConfigError, 'writes business.ap-southeast-1.aliyuncs.com', 1],
    [{ notApplicable400: true }, ConfigError, 'writes business.ap-southeast-1.aliyuncs.com', 1],
    [{ notAuthorized: true }, AuthError, 'allow bssapi:QueryAccountBill', 1],
    [{ expiredToken: true }, AuthError, 'renew secret.security_token', 1],
    [{ inactiveKey: true }, AuthError, 'check secret.access_key_id', 1],
    [{ throttle: true }, Throttled, 'slows QueryAccountBill down', 5],
    [{ unsuccessful: true }, Retryable, 'InternalError', 5],
    [{ serverError: true }, Retryable, 'InternalError', 5],
    [{ unavailable: true }, Retryable, 'ServiceUnavailable', 5],
    [{ truncate: true }, Retryable, 'no whole JSON', 5],
    [{ cut: true }, Retryable, 'cannot be read', 5],
    [{ drop: true }, Retryable, 'no answer: ECONNRESET', 5],
    [{ badGateway: true }, Retryable, 'HTTP 502', 5],
  ])('%j says what it means', async (faults, kind, text, requests) => {
    alicloud.faults.set(faults)
    const context = alicloudContext(alicloud.url)
    const error = await failure(rowsOf(context, DAY))
    expect(error.constructor).toBe(kind)
    expect(error.message).toContain(text)
    expect(asked()).toBe(requests)
    expect(context.slept).toEqual([1000, 2000, 4000, 8000].slice(0, requests - 1))
  })

  test.each<AlicloudFaults>([
    { throttle: 3 },
    { serverError: 2 },
    { unsuccessful: 1 },
    { drop: 1 },
    { cut: 1 },
    { truncate: 1 },
    { badGateway: 1 },
  ])('%j is waited for', async faults => {
    alicloud.faults.set(faults)
    expect((await rowsOf(alicloudContext(alicloud.url), DAY)).length).toBeGreaterThan(0)
    expect(asked()).toBe(1 + Number(Object.values(faults)[0]))
  })

  test('with a header that says how long to wait is waited for as long', async () => {
    alicloud.faults.set({ throttle: 2, retryAfterMs: 12_345 })
    const context = alicloudContext(alicloud.url)
    await rowsOf(context, DAY)
    expect(context.slept).toEqual([12_345, 12_345])
  })

  test('that asks for a long wait leaves it to the runtime', async () => {
    alicloud.faults.set({ throttle: true, retryAfterMs: 600_000 })
    const error = await failure(rowsOf(alicloudContext(alicloud.url), DAY))
    expect(error).toMatchObject({ constructor: Throttled, retryAfterMs: 600_000 })
    expect(asked()).toBe(1)
  })

  test.each<[string, string, ErrorClass, string]>([
    ['unknown', 'a key of nobody', AuthError, 'does not take the access key'],
    [ALICLOUD_KEYS.id, 'a-wrong-secret-key', AuthError, 'check secret.secret_access_key'],
  ])('of the key %s', async (id, secret, kind, text) => {
    const keys = { access_key_id: new Secret(id), secret_access_key: new Secret(secret) }
    const error = await failure(rowsOf(alicloudContext(alicloud.url, { secret: keys }), DAY))
    expect(error.constructor).toBe(kind)
    expect(error.message).toContain(text)
    expect(describeError(error)).not.toContain(secret)
  })

  test('of a member that is none names the key to correct', async () => {
    const error = await failure(rowsOf(alicloudContext(alicloud.url, { bill_owner_id: '42' }), DAY))
    expect(error).toBeInstanceOf(AuthError)
    expect(error.message).toContain('bill_owner_id')
  })

  test('of a day that is too old is one that no waiting changes', async () => {
    expect(await failure(rowsOf(alicloudContext(alicloud.url), '2020-01-01'))).toBeInstanceOf(Refused)
    expect(asked()).toBe(1)
  })

  test('at the international endpoint names the other one', async () => {
    const stub = await startStub(() => ({ body: { Code: 'NotApplicable', Message: 'no' } }))
    const endpoint = `${stub.url}/business.ap-southeast-1.aliyuncs.com`
    await expect(rowsOf(alicloudContext(endpoint), DAY)).rejects.toThrow('writes business.aliyuncs.com')
    expect(stub.requests[0]?.path).toBe('/business.ap-southeast-1.aliyuncs.com')
    await stub.close()
  })

  test.each([
    ['no JSON at all', '<html>', 'no whole JSON (HTTP 200, 6 characters)'],
    ['JSON without a code', '{"Data":{}}', 'without a Code'],
    ['a success without data', '{"Code":"Success","Success":true}', 'without Data'],
    ['a success without a count', '{"Code":"Success","Data":{"Items":{"Item":[]}}}', 'without TotalCount'],
    ['rows that are no list', '{"Code":"Success","Data":{"TotalCount":1,"Items":{"Item":{}}}}', 'no list'],
    [
      'Success: false beside the code Success',
      '{"Code":"Success","Success":false,"Message":"no"}',
      'Success: no',
    ],
  ])('%s in an answer of HTTP 200 is an error', async (_, body, text) => {
    const stub = await startStub(() => ({ body }))
    await expect(rowsOf(alicloudContext(stub.url), DAY)).rejects.toThrow(text)
    await stub.close()
  })

  test('that repeats the signed headers does not bring the token into the error', async () => {
    const stub = await startStub(({ headers }) => ({
      status: 400,
      body: {
        Code: 'SignatureDoesNotMatch',
        Message: `server string to sign is:x-acs-security-token:${headers['x-acs-security-token']}`,
      },
    }))
    const { config } = alicloudContext(stub.url)
    const secret = { ...config.secret, security_token: new Secret('a-security-token') }
    const error = await failure(rowsOf(alicloudContext(stub.url, { secret }), DAY))
    expect(stub.requests[0]?.headers['x-acs-security-token']).toBe('a-security-token')
    expect(describeError(error)).not.toContain('a-security-token')
    await stub.close()
  })
})

describe('temporary keys', () => {
  test('are sent with their token', async () => {
    const key = { accessKeyId: 'STS.key', secretAccessKey: 'sts-secret-key', sessionToken: 'sts-token' }
    const double = await startAlicloudSimulator({ clock: parseClock('2024-05-15'), keys: [key] })
    const keys = { access_key_id: new Secret('STS.key'), secret_access_key: new Secret('sts-secret-key') }
    const without = await failure(rowsOf(alicloudContext(double.url, { secret: keys }), DAY))
    expect(without).toBeInstanceOf(AuthError)
    const secret = { ...keys, security_token: new Secret('sts-token') }
    expect((await rowsOf(alicloudContext(double.url, { secret }), DAY)).length).toBeGreaterThan(0)
    await double.close()
  })
})

describe('a stop', () => {
  test.each<AlicloudFaults>([{ hang: true }, { slowBody: true, slowBodyMs: 60_000 }, { latencyMs: 60_000 }])(
    'with %j ends the reading with its reason, and leaves no connection',
    async faults => {
      const stop = new AbortController()
      alicloud.faults.set(faults)
      const reading = failure(rowsOf(alicloudContext(alicloud.url, {}, { signal: stop.signal }), DAY))
      // A latency is not in the log before it is over.
      for (let waited = 0; asked() === 0 && waited < 20; waited += 1)
        await new Promise(resolve => setTimeout(resolve, 5))
      const reason = new Error('stopping')
      stop.abort(reason)
      expect(await reading).toBe(reason)
    },
  )

  test('ends the wait of a throttled request', async () => {
    const stop = new AbortController()
    alicloud.faults.set({ throttle: true })
    const context = alicloudContext(alicloud.url, {}, { signal: stop.signal })
    const clock = { ...context.clock, sleep: () => (stop.abort(), Promise.reject(stop.signal.reason)) }
    expect(await failure(rowsOf({ ...context, clock }, DAY))).toBe(stop.signal.reason)
    expect(asked()).toBe(1)
  })

  test('before the first request asks for nothing', async () => {
    await failure(rowsOf(alicloudContext(alicloud.url, {}, { signal: AbortSignal.abort() }), DAY))
    expect(asked()).toBe(0)
  })
})
