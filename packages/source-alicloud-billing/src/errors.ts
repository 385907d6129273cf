import { AuthError, ConfigError, Refused, Retryable, Throttled } from '@billow/core'
import { ENDPOINTS } from './config.ts'
import type { Answer } from './wire.ts'

/** An error as the API tells it. */
export interface Fault {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly headers: Answer['headers']
}

/** What the message of an error names. */
export interface Asked {
  readonly action: string
  readonly endpoint: string
}

const BAD_KEY = /^(InvalidAccessKeyId|MissingAccessKeyId|UserDisable)/
const BAD_SIGNATURE = /^(SignatureDoesNotMatch|IncompleteSignature|InvalidSignature)/
const BAD_TOKEN = /^(InvalidSecurityToken|MissingSecurityToken)/
const BAD_CLOCK = /^InvalidTimeStamp/i
const DENIED = /^(NotAuthorized|NoPermission|Forbidden|AccessDenied|InvalidCaller)/
const PASSING = /^(InternalError|ServiceUnavailable|SystemBusy|SignatureNonceUsed)/

/** Says what a code of the API means for the runtime and the user. */
export function apiError({ code, message, status, headers }: Fault, { action, endpoint }: Asked): Error {
  const said = `${code}: ${oneLine(message)}`
  if (code.startsWith('Throttling') || status === 429) {
    return new Throttled(`Alibaba Cloud slows ${action} down (${said})`, {
      retryAfterMs: retryAfter(headers),
    })
  }
  if (code === 'NotApplicable') {
    const other = endpoint.includes(ENDPOINTS.international) ? ENDPOINTS.china : ENDPOINTS.international
    return new ConfigError(
      `endpoint: ${endpoint} does not serve this account (NotApplicable): an account of the other site writes ${other}`,
    )
  }
  if (code === 'InvalidOwner') {
    return new AuthError(
      `${action} is refused (${said}): bill_owner_id must be the id of a member of this account`,
    )
  }
  const auth = authError(code, said, action)
  if (auth) return auth
  // A page's token that is refused was good for another moment's bill: reading from the first page again helps.
  if (PASSING.test(code) || status >= 500 || /NextToken/i.test(said)) {
    return new Retryable(`${action} failed (${said})`, { retryAfterMs: retryAfter(headers) })
  }
  return new Refused(`Alibaba Cloud refuses the request ${action} (${said})`, { status })
}

/** The text of the answer stays out where it may repeat signed headers, and with them a token. */
function authError(code: string, said: string, action: string): AuthError | undefined {
  if (BAD_KEY.test(code)) {
    return new AuthError(`Alibaba Cloud does not take the access key (${code}): check secret.access_key_id`)
  }
  if (BAD_SIGNATURE.test(code)) {
    return new AuthError(`the signature does not match (${code}): check secret.secret_access_key`)
  }
  if (BAD_TOKEN.test(code)) {
    return new AuthError(
      `the token is wrong or has expired (${code}): renew secret.security_token and its keys`,
    )
  }
  if (BAD_CLOCK.test(code)) {
    return new AuthError(`the request's time is refused (${code}): set this machine's clock right`)
  }
  if (DENIED.test(code)) {
    const permission = action === 'QueryAccountBill' ? 'bssapi:QueryAccountBill' : action
    return new AuthError(
      `the keys may not call ${action} (${said}): allow ${permission} to their RAM user or role`,
    )
  }
  return undefined
}

/** What the server asks for: milliseconds in its own header, seconds in the standard one. */
function retryAfter(headers: Answer['headers']): number | undefined {
  const own = headers['x-acs-retry-after']
  if (own !== undefined) return number(String(own))
  const seconds = number(headers['retry-after'])
  return seconds === undefined ? undefined : seconds * 1000
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
}
