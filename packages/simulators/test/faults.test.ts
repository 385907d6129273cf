import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parseClock } from '@billow/core'
import { type AlicloudFaults, type AwsFaults, startSimulators } from '@billow/simulators'
import { accountDay, bss, costExplorer, oneDay } from './clients.ts'

const { aws, alicloud, close } = await startSimulators({ clock: parseClock('2024-05-15') })
const readAws = () => costExplorer(aws)(oneDay('2024-05-13', '2024-05-14'))
const readAlicloud = () => bss(alicloud)('QueryAccountBill', accountDay('2024-05-13'))

beforeEach(() => {
  for (const double of [aws, alicloud]) {
    double.faults.reset()
    double.requests.clear()
  }
})
afterAll(close)

describe('AWS: a switch strikes as often as it is told, then the answer is there', () => {
  test.each<[keyof AwsFaults, string, number]>([
    ['throttle', 'ThrottlingException', 400],
    ['limitExceeded', 'LimitExceededException', 400],
    ['denied', 'AccessDeniedException', 400],
    ['expiredToken', 'ExpiredTokenException', 400],
    ['dataUnavailable', 'DataUnavailableException', 400],
    ['billExpired', 'BillExpirationException', 400],
    ['serverError', 'InternalFailure', 500],
    ['unavailable', 'ServiceUnavailable', 503],
  ])('%s is %s, HTTP %i', async (name, code, status) => {
    aws.faults.set({ [name]: 2 })
    for (const _ of [1, 2]) {
      await expect(readAws()).rejects.toThrow(
        expect.objectContaining({
          name: code,
          $metadata: expect.objectContaining({ httpStatusCode: status }),
        }),
      )
    }
    await readAws()
    expect(aws.requests.entries().map(r => r.outcome)).toEqual([code, code, 'ok'])
  })
})

describe('Alibaba Cloud: the same', () => {
  test.each<[keyof AlicloudFaults, string, number]>([
    ['throttle', 'Throttling.User', 400],
    ['notApplicable400', 'NotApplicable', 400],
    ['notAuthorized', 'NotAuthorized', 403],
    ['expiredToken', 'InvalidSecurityToken.Expired', 400],
    ['inactiveKey', 'InvalidAccessKeyId.Inactive', 400],
    ['serverError', 'InternalError', 500],
    ['unavailable', 'ServiceUnavailable', 503],
  ])('%s is %s, HTTP %i', async (name, code, status) => {
    alicloud.faults.set({ [name]: 1 })
    await expect(readAlicloud()).rejects.toThrow(
      expect.objectContaining({ code, data: expect.objectContaining({ statusCode: status, Code: code }) }),
    )
    expect((await readAlicloud()).Success).toBe(true)
  })

  test.each<[keyof AlicloudFaults, string]>([
    ['notApplicable', 'NotApplicable'],
    ['unsuccessful', 'InternalError'],
  ])('%s is HTTP 200 with Success: false and Code %s', async (name, Code) => {
    alicloud.faults.set({ [name]: 1 })
    expect(await readAlicloud()).toMatchObject({ Success: false, Code })
    expect(alicloud.requests.counts()['QueryAccountBill']).toEqual({ requests: 1, answered: 0, failed: 1 })
  })
})

describe('on the way', () => {
  test('hang: no answer until the client gives up, and close does not wait for it', async () => {
    aws.faults.set({ hang: 1 })
    const stop = new AbortController()
    const call = costExplorer(aws)(oneDay('2024-05-13', '2024-05-14'), stop.signal)
    const seen = expect(call).rejects.toThrow('aborted')
    while (aws.requests.entries().length === 0) await new Promise(resolve => setImmediate(resolve))
    stop.abort()
    await seen
    await readAws()
    expect(aws.requests.entries().map(r => [r.outcome, r.status])).toEqual([
      ['hang', undefined],
      ['ok', 200],
    ])
  })

  test('drop and cut break the connection; the provider charges for what it answered', async () => {
    aws.faults.set({ drop: 1 })
    await expect(readAws()).rejects.toThrow()
    expect(aws.requests.counts()['GetCostAndUsage']?.cost?.amount).toBe('0')
    aws.faults.set({ cut: 1 })
    await expect(readAws()).rejects.toThrow()
    expect(aws.requests.counts()['GetCostAndUsage']?.cost?.amount).toBe('0.01')
    expect(aws.requests.entries().at(-1)).toMatchObject({ outcome: 'ok', fault: 'cut' })
  })

  test('lost: the provider did its work and charges for it, and no answer comes', async () => {
    aws.faults.set({ lost: 1 })
    await expect(readAws()).rejects.toThrow()
    expect(aws.requests.counts()['GetCostAndUsage']?.cost?.amount).toBe('0.01')
    expect(aws.requests.entries()).toEqual([expect.not.objectContaining({ status: 200 })])
    expect(aws.requests.entries()).toMatchObject([{ outcome: 'ok', fault: 'lost' }])
  })

  test('hold: requests wait until it is off', async () => {
    alicloud.faults.set({ hold: true })
    const held = readAlicloud()
    await readAws()
    expect(alicloud.requests.entries()).toEqual([])
    alicloud.faults.set({ hold: false })
    expect((await held).Success).toBe(true)
  })

  test('truncate: HTTP 200 whose JSON ends too early', async () => {
    alicloud.faults.set({ truncate: 1 })
    await expect(readAlicloud()).rejects.toThrow(SyntaxError)
    aws.faults.set({ truncate: 1 })
    await expect(readAws()).rejects.toThrow()
  })

  test('badGateway: HTTP 502 with a page in place of JSON', async () => {
    aws.faults.set({ badGateway: 1 })
    await expect(readAws()).rejects.toThrow(
      expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 502 }) }),
    )
  })

  test('slowBody and latencyMs deliver the whole answer in the end', async () => {
    const fast = await readAws()
    aws.faults.set({ slowBody: 1, slowBodyMs: 40, latencyMs: 10 })
    expect((await readAws()).ResultsByTime).toEqual(fast.ResultsByTime)
  })
})

describe('switches', () => {
  test('after and action choose the requests', async () => {
    aws.faults.set({ throttle: { times: 1, after: 1, action: 'GetCostAndUsage' } })
    await readAws()
    await expect(readAws()).rejects.toThrow('Rate exceeded')
    await readAws()
    aws.faults.set({ throttle: { action: 'AssumeRole' } })
    await readAws()
  })

  test('true strikes until it is false, and reset goes back to the start', async () => {
    aws.faults.set({ throttle: true, pageSize: 3 })
    for (const _ of [1, 2, 3]) await expect(readAws()).rejects.toThrow('Rate exceeded')
    expect(aws.faults.current()).toEqual({ throttle: true, pageSize: 3 })
    aws.faults.set({ throttle: false })
    await readAws()
    aws.faults.reset()
    expect(aws.faults.current()).toEqual({})
  })

  test.each([
    [{ trottle: 1 }, 'no switch "trottle"; there are badGateway'],
    [{ throttle: 'x' }, 'throttle: found "x"; give a number of requests'],
    [{ throttle: { often: 1 } }, 'throttle: found {"often":1}'],
    [{ latencyMs: -1 }, 'latencyMs: found -1; give a number'],
    [{ restatement: 'yes' }, 'restatement: found "yes"; give true or false'],
    [{ externalId: 7 }, 'externalId: found 7; give text'],
  ])('%j is refused, and nothing of it is set', (values, message) => {
    expect(() => aws.faults.set({ throttle: 1, ...values } as AwsFaults)).toThrow(message)
    expect(aws.faults.current()).toEqual({})
  })
})

test('the rate limit of the service, by the time that is given to it', async () => {
  let now = Date.now()
  const limited = await startSimulators({
    alicloud: { clock: parseClock('2024-05-15'), realTime: () => new Date(now), faults: { rateLimit: 2 } },
  })
  const call = () => bss(limited.alicloud)('QueryAccountBill', accountDay('2024-05-13'))
  await call()
  await call()
  await expect(call()).rejects.toThrow(expect.objectContaining({ code: 'Throttling.User' }))
  now += 1000
  await call()
  await limited.close()
})
