import { randomUUID } from 'node:crypto'
import type { Answer } from '../wire.ts'

/** A refusal in the form that the API gateway gives it. */
export interface BssError {
  readonly code: string
  readonly status: number
  readonly message: string
}

const KNOWN: Readonly<Record<string, readonly [status: number, message: string]>> = {
  'InvalidApi.NotFound': [404, 'Specified api is not found, please check your url and method.'],
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  'InvalidAccessKeyId.Inactive': [400, 'Specified access key is disabled.'],
  MissingAccessKeyId: [400, 'AccessKeyId is mandatory for this action.'],
  MissingSecurityToken: [400, 'SecurityToken is mandatory for this action.'],
  'InvalidSecurityToken.MismatchWithAccessKey': [400, 'Specified SecurityToken mismatch with the AccessKey.'],
  'InvalidSecurityToken.Expired': [400, 'Specified SecurityToken is expired.'],
  SignatureDoesNotMatch: [400, 'Specified signature is not matched with our calculation.'],
  IncompleteSignature: [400, 'The request signature does not conform to Aliyun standards.'],
  SignatureNonceUsed: [400, 'Specified signature nonce was used already.'],
  'InvalidTimeStamp.Format': [400, 'Specified time stamp or date value is not well formatted.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  'Throttling.User': [400, 'Request was denied due to user flow control.'],
  NotApplicable: [400, 'This API is not applicable for caller.'],
  NotAuthorized: [403, 'This API is not authorized for caller.'],
  InvalidOwner: [400, 'The specified owner does not belong to the caller.'],
  InternalError: [500, 'The request processing has failed due to some unknown error.'],
  ServiceUnavailable: [503, 'The request has failed due to a temporary failure of the server.'],
}

/** A refusal by its code; `detail` is added to the usual words, or stands for them where there are none. */
export function bssError(code: string, detail = ''): BssError {
  const [status, words] = KNOWN[code] ?? [400, '']
  return { code, status, message: [words, detail].filter(Boolean).join(' ') }
}

/** The parameter is not there: `MissingBillingCycle`. */
export const missing = (parameter: string) =>
  bssError(`Missing${parameter}`, `${parameter} is mandatory for this action.`)

/** The parameter has a value that is not allowed: `InvalidPageSize`. */
export const invalid = (parameter: string, why: string) =>
  bssError(`Invalid${parameter}`, `The specified parameter ${parameter} is not valid: ${why}.`)

export function errorAnswer(error: BssError, host: string, headers: Record<string, string> = {}): Answer {
  const RequestId = randomUUID().toUpperCase()
  const body = {
    RequestId,
    HostId: host,
    Code: error.code,
    Message: error.message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${error.code}&product=BssOpenApi`,
  }
  return {
    status: error.status,
    contentType: 'application/json;charset=utf-8',
    headers: { 'x-acs-request-id': RequestId, ...headers },
    body: JSON.stringify(body),
  }
}
