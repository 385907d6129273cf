import type { SigV4Fault } from '../signatures/sigv4.ts'
import { AwsError } from './errors.ts'
import type { AwsFaults } from './faults.ts'

/** Which of the two services is speaking: they word the same refusal differently. */
export type Speaker = 'ce' | 'sts'

const INVALID_TOKEN = 'The security token included in the request is invalid.'
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** Code by speaker. STS refuses callers with 403, Cost Explorer with 400. */
function spoken(speaker: Speaker, codes: Readonly<Record<Speaker, string>>, message: string): AwsError {
  return new AwsError(codes[speaker], message, speaker === 'sts' ? 403 : 400)
}

/** A refused signature in the service's words. */
export function signatureError(fault: SigV4Fault, speaker: Speaker): AwsError {
  const bad = { ce: 'InvalidSignatureException', sts: 'SignatureDoesNotMatch' }
  const unsigned = { ce: 'MissingAuthenticationTokenException', sts: 'MissingAuthenticationToken' }
  const incomplete = { ce: 'IncompleteSignatureException', sts: 'IncompleteSignature' }
  const unknown = { ce: 'UnrecognizedClientException', sts: 'InvalidClientTokenId' }
  if (fault.kind === 'expired' || fault.kind === 'not-yet') {
    const { signedAt, limit, now } = fault
    const words =
      fault.kind === 'expired'
        ? `Signature expired: ${signedAt} is now earlier than ${limit} (${now} - 15 min.)`
        : `Signature not yet current: ${signedAt} is still later than ${limit} (${now} + 15 min.)`
    return spoken(speaker, bad, words)
  }
  if (fault.kind === 'service') {
    return spoken(speaker, bad, `Credential should be scoped to correct service: '${fault.expected}'.`)
  }
  if (fault.kind === 'region') {
    return spoken(speaker, bad, `Credential should be scoped to a valid region, not '${fault.found}'.`)
  }
  const rest = {
    missing: spoken(speaker, unsigned, 'Request is missing Authentication Token'),
    incomplete: spoken(speaker, incomplete, 'Authorization header is incomplete.'),
    'unknown-key': spoken(speaker, unknown, INVALID_TOKEN),
    mismatch: spoken(speaker, bad, MISMATCH),
  }
  return rest[fault.kind]
}

export const expiredToken = (speaker: Speaker): AwsError =>
  spoken(
    speaker,
    { ce: 'ExpiredTokenException', sts: 'ExpiredToken' },
    'The security token included in the request is expired',
  )

type Switched = (speaker: Speaker, caller: string, action: string) => AwsError

const SWITCHED = {
  serverError: () =>
    new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.', 500),
  unavailable: () => new AwsError('ServiceUnavailable', 'The service is temporarily unavailable.', 503),
  throttle: speaker => new AwsError(speaker === 'ce' ? 'ThrottlingException' : 'Throttling', 'Rate exceeded'),
  limitExceeded: () => new AwsError('LimitExceededException', 'Rate exceeded'),
  expiredToken,
  denied: (speaker, caller, action) =>
    spoken(
      speaker,
      { ce: 'AccessDeniedException', sts: 'AccessDenied' },
      `User: ${caller} is not authorized to perform: ${speaker}:${action}`,
    ),
  dataUnavailable: () =>
    new AwsError('DataUnavailableException', 'Data is not available. Please try to adjust the time period.'),
  billExpired: () =>
    new AwsError(
      'BillExpirationException',
      'The requested report expired. Update the date interval and try again.',
    ),
} as const satisfies Partial<Record<keyof AwsFaults, Switched>>

/** Switches that refuse a request, in the order in which they strike. */
export const REFUSALS = Object.keys(SWITCHED) as (keyof typeof SWITCHED)[]

/** The refusal that a switch causes. */
export function switchedError(
  name: (typeof REFUSALS)[number],
  speaker: Speaker,
  caller: string,
  action: string,
): AwsError {
  return SWITCHED[name](speaker, caller, action)
}
