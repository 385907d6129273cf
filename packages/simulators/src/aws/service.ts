import type { Clock } from '@billow/core'
import type { Faults } from '../faults.ts'
import type { AccessKey } from '../signatures/keys.ts'
import { verifySigV4 } from '../signatures/sigv4.ts'
import type { Service } from '../server.ts'
import type { Reply, WireRequest } from '../wire.ts'
import { jsonAnswer, jsonError, xmlAnswer, xmlError } from './answers.ts'
import type { Partition } from './bill.ts'
import { getCostAndUsage } from './cost-explorer.ts'
import { AwsError } from './errors.ts'
import type { AwsFaults } from './faults.ts'
import type { Ledger } from './ledger.ts'
import { type Session, type Sessions, sts } from './sts.ts'
import { expiredToken, REFUSALS, signatureError, switchedError } from './words.ts'

export interface AwsRules {
  readonly keys: readonly AccessKey[]
  readonly clock: Clock
  readonly realTime: () => Date
  readonly partition: Partition
  readonly historyMonths: number
}

interface Caller {
  readonly accessKeyId: string
  readonly arn: string
  readonly userId: string
}

const TARGET = 'AWSInsightsIndexService.'
const DEFAULT_PAGE_SIZE = 5000

/** Cost Explorer where a request has a target, STS where it is a form. */
export function awsService(
  rules: AwsRules,
  faults: Faults<AwsFaults>,
  ledger: Ledger,
  sessions: Sessions,
): Pick<Service, 'action' | 'handle'> {
  const find = (id: string): AccessKey | Session | undefined =>
    rules.keys.find(key => key.accessKeyId === id) ?? sessions.find(id)

  function authenticate(request: WireRequest, speaker: 'ce' | 'sts'): Caller {
    const region =
      speaker === 'ce' ? { region: rules.partition === 'aws-cn' ? 'cn-northwest-1' : 'us-east-1' } : {}
    const verdict = verifySigV4(request, { find, now: rules.realTime(), service: speaker, ...region })
    if ('fault' in verdict) throw signatureError(verdict.fault, speaker)
    const { accessKeyId } = verdict.key
    const session = sessions.find(accessKeyId)
    if (!session) {
      const arn = `arn:${rules.partition}:iam::${ledger.bill.payer}:user/billing`
      return { accessKeyId, arn, userId: 'AIDAEXAMPLEBILLING001' }
    }
    if (session.expires <= rules.realTime()) throw expiredToken(speaker)
    return { accessKeyId, arn: session.arn, userId: session.userId }
  }

  function refuse(speaker: 'ce' | 'sts', caller: Caller, action: string): void {
    for (const name of REFUSALS) {
      if (faults.strikes(name, action)) throw switchedError(name, speaker, caller.arn, action)
    }
  }

  function costExplorer(request: WireRequest, action: string): Reply {
    let accessKeyId: string | undefined
    try {
      const caller = authenticate(request, 'ce')
      accessKeyId = caller.accessKeyId
      if (action !== 'GetCostAndUsage') throw new AwsError('UnknownOperationException', '')
      refuse('ce', caller, action)
      const { pageSize = DEFAULT_PAGE_SIZE } = faults.current()
      const { historyMonths } = rules
      const answer = getCostAndUsage(request.body, ledger, {
        now: rules.clock.now(),
        pageSize,
        historyMonths,
      })
      return {
        answer: jsonAnswer(200, answer),
        outcome: 'ok',
        accessKeyId,
        parameters: JSON.parse(request.body),
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      return { answer: jsonError(error), outcome: error.code, accessKeyId }
    }
  }

  function tokenService(request: WireRequest, action: string): Reply {
    const parameters = new URLSearchParams(request.body)
    let accessKeyId: string | undefined
    try {
      const caller = authenticate(request, 'sts')
      accessKeyId = caller.accessKeyId
      refuse('sts', caller, action)
      const { externalId } = faults.current()
      const { arn, userId } = caller
      const account = /::(\d{12}):/.exec(arn)?.[1] ?? ledger.bill.payer
      const result = sts(action, parameters, {
        account,
        arn,
        userId,
        now: rules.realTime(),
        externalId,
        sessions,
      })
      return {
        answer: xmlAnswer(action, result),
        outcome: 'ok',
        accessKeyId,
        parameters: Object.fromEntries(parameters),
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      return { answer: xmlError(error), outcome: error.code, accessKeyId }
    }
  }

  return {
    action: request =>
      request.headers['x-amz-target']?.replace(TARGET, '') ??
      new URLSearchParams(request.body).get('Action') ??
      'unknown',
    handle: (request, action) =>
      request.headers['x-amz-target'] === undefined
        ? tokenService(request, action)
        : costExplorer(request, action),
  }
}
