import { randomUUID } from 'node:crypto'
import type { Clock } from '@billow/core'
import type { Faults } from '../faults.ts'
import type { Service } from '../server.ts'
import type { AccessKey } from '../signatures/keys.ts'
import type { Answer, Reply, WireRequest } from '../wire.ts'
import { type BssRules, queryAccountBill } from './account-bill.ts'
import { authenticate, type Call, createNonces, readCall } from './authenticate.ts'
import { type BssError, bssError, errorAnswer } from './errors.ts'
import type { AlicloudFaults } from './faults.ts'
import { describeInstanceBill } from './instance-bill.ts'
import type { Ledger } from './ledger.ts'
import { queryBillOverview } from './overview.ts'
import { type Parameters, Refusal } from './parameters.ts'

export interface AlicloudRules {
  readonly keys: readonly AccessKey[]
  readonly clock: Clock
  readonly realTime: () => Date
  readonly seed: number
}

type Operation = (parameters: Parameters, ledger: Ledger, rules: BssRules, seed: number) => object

const OPERATIONS: Readonly<Record<string, Operation>> = {
  QueryAccountBill: queryAccountBill,
  DescribeInstanceBill: describeInstanceBill,
  QueryBillOverview: queryBillOverview,
}

const VERSION = '2017-12-14'

/** Refusals that a switch causes, in the order in which they strike. */
const REFUSALS = {
  inactiveKey: 'InvalidAccessKeyId.Inactive',
  expiredToken: 'InvalidSecurityToken.Expired',
  serverError: 'InternalError',
  unavailable: 'ServiceUnavailable',
  throttle: 'Throttling.User',
  notApplicable400: 'NotApplicable',
  notAuthorized: 'NotAuthorized',
} as const satisfies Partial<Record<keyof AlicloudFaults, string>>

/** Answers of HTTP 200 that say inside that they are failures. */
const UNSUCCESSFUL = { notApplicable: 'NotApplicable', unsuccessful: 'InternalError' } as const

export function alicloudService(
  rules: AlicloudRules,
  faults: Faults<AlicloudFaults>,
  ledger: Ledger,
): Pick<Service, 'action' | 'handle'> {
  const nonces = createNonces()
  const find = (id: string) => rules.keys.find(key => key.accessKeyId === id)
  let recent: number[] = []

  /** Whether this request is one too many within a second. */
  function tooFast(): boolean {
    const { rateLimit } = faults.current()
    const now = rules.realTime().getTime()
    recent = recent.filter(at => at > now - 1000)
    if (rateLimit === undefined) return false
    if (recent.length >= rateLimit) return true
    recent.push(now)
    return false
  }

  function refusal(action: string): BssError | undefined {
    if (tooFast()) return bssError('Throttling.User')
    const names = Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]
    const name = names.find(name => faults.strikes(name, action))
    return name && bssError(REFUSALS[name])
  }

  function refuse(error: BssError, request: WireRequest): Answer {
    const { retryAfterMs } = faults.current()
    const wait = error.code === 'Throttling.User' && retryAfterMs !== undefined
    return errorAnswer(
      error,
      request.headers['host'] ?? '',
      wait ? { 'x-acs-retry-after': String(retryAfterMs) } : {},
    )
  }

  function operate(call: Call): { answer: Answer; outcome: string } {
    const { action, parameters } = call
    const names = Object.keys(UNSUCCESSFUL) as (keyof typeof UNSUCCESSFUL)[]
    const failed = names.find(name => faults.strikes(name, action))
    if (failed) {
      const { code, message } = bssError(UNSUCCESSFUL[failed])
      return { answer: ok({ Success: false, Code: code, Message: message }), outcome: code }
    }
    const { anyCase = false } = faults.current()
    const shifts = () => faults.strikes('pageShift', action)
    const Data = OPERATIONS[action]?.(
      parameters,
      ledger,
      { now: rules.clock.now(), anyCase, shifts },
      rules.seed,
    )
    return { answer: ok({ Success: true, Code: 'Success', Message: 'Successful!', Data }), outcome: 'ok' }
  }

  function handle(request: WireRequest): Reply {
    const call = readCall(request)
    const { action, parameters } = call
    if (!Object.hasOwn(OPERATIONS, action) || call.version !== VERSION) {
      return { answer: refuse(bssError('InvalidApi.NotFound'), request), outcome: 'InvalidApi.NotFound' }
    }
    const verdict = authenticate(request, call, { find, now: rules.realTime(), nonces })
    if ('error' in verdict) return { answer: refuse(verdict.error, request), outcome: verdict.error.code }
    const common = { accessKeyId: verdict.key.accessKeyId, parameters }
    const refused = refusal(action)
    if (refused) return { ...common, answer: refuse(refused, request), outcome: refused.code }
    try {
      return { ...common, ...operate(call) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { ...common, answer: refuse(error.error, request), outcome: error.error.code }
    }
  }

  return { action: request => readCall(request).action || 'unknown', handle }
}

function ok(body: object): Answer {
  const RequestId = randomUUID().toUpperCase()
  return {
    status: 200,
    contentType: 'application/json;charset=utf-8',
    headers: { 'x-acs-request-id': RequestId },
    body: JSON.stringify({ RequestId, ...body }),
  }
}
