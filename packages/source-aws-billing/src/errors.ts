import { AuthError, BillowError, Refused, Retryable, Throttled } from '@billow/core'

/** What the SDK's errors have in common, as far as it matters here. */
interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

const THROTTLED = /^(LimitExceeded|Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/
const DENIED = /^(AccessDenied|NotAuthorized|OptInRequired|SubscriptionRequired|AuthFailure)/
const UNKNOWN_KEY = /^(UnrecognizedClient|InvalidClientTokenId|MissingAuthenticationToken|InvalidAccessKeyId)/
const BAD_SIGNATURE = /^(InvalidSignature|SignatureDoesNotMatch|IncompleteSignature)/
const EXPIRED = /^(ExpiredToken|RequestExpired)/
const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError|ProviderError)$/
/** Errors of one answer: the same days, asked for again, may well come. */
const PASSING =
  /^(DataUnavailable|InvalidNextToken|RequestChanged|InternalFailure|InternalError|ServiceUnavailable)/

/** Says what an error of the AWS SDK means for the runtime and the user. `action` is the permission in question. */
export function awsError(error: unknown, action: string): Error {
  if (error instanceof BillowError) return error
  const failure: SdkError = error instanceof Error ? error : new Error(String(error))
  const { name } = failure
  const status = failure.$metadata?.httpStatusCode ?? 0
  const said = name === 'Unknown' ? `HTTP ${status}` : `${name}: ${oneLine(failure.message)}`

  if (THROTTLED.test(name) || status === 429) {
    return new Throttled(`AWS slows ${action} down (${said})`, { retryAfterMs: retryAfter(failure) })
  }
  const auth = authError(name, said, action)
  if (auth) return auth
  if (name.startsWith('BillExpiration')) {
    return new Refused(
      `AWS no longer has the costs of these days (${said}); it keeps 13 months, or 38 where multi-year data is enabled`,
      { status },
    )
  }
  if (status >= 400 && status < 500 && !PASSING.test(name)) {
    return new Refused(`AWS refuses the request for ${action} (${said})`, { status })
  }
  return new Retryable(`${action} failed (${said})`, { retryAfterMs: retryAfter(failure) })
}

function authError(name: string, said: string, action: string): AuthError | undefined {
  if (NO_CREDENTIALS.test(name)) {
    return new AuthError(
      'no AWS credentials: write secret.access_key_id and secret.secret_access_key into the config, or give the ' +
        `process a role, a profile or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (${said})`,
    )
  }
  if (DENIED.test(name)) {
    return new AuthError(
      `${action} is not allowed (${said}); allow ${action} to the user or the role of the keys`,
    )
  }
  // From here on the answer's text stays out: it may repeat the signed headers, and with them a session token.
  if (UNKNOWN_KEY.test(name)) {
    return new AuthError(
      `AWS does not know the access key (${name}, ${action}): check secret.access_key_id, and that endpoint is that of its partition`,
    )
  }
  if (BAD_SIGNATURE.test(name)) {
    return new AuthError(
      `the signature does not match (${name}, ${action}): check secret.secret_access_key, and that this machine's clock is right`,
    )
  }
  if (EXPIRED.test(name)) {
    return new AuthError(
      `the keys have expired (${name}, ${action}): renew secret.session_token and its keys`,
    )
  }
  return undefined
}

function retryAfter({ $response }: SdkError): number | undefined {
  const seconds = Number($response?.headers?.['retry-after'])
  return Number.isFinite(seconds) ? seconds * 1000 : undefined
}

function oneLine(text: string): string {
  // The SDK's advice to look at a hidden field helps nobody who reads a log.
  return text
    .replace(/\s*Deserialization error: to see the raw response.*$/s, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
}
