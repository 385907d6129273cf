import type { AccessKey } from '../signatures/keys.ts'
import { CLOCK_SKEW_MS } from '../signatures/keys.ts'
import { readAcs3, verifyAcs3 } from '../signatures/acs3.ts'
import { verifyRpcV1 } from '../signatures/rpc-v1.ts'
import type { WireRequest } from '../wire.ts'
import { type BssError, bssError, missing } from './errors.ts'

/** An RPC call, whichever signature it carries. */
export interface Call {
  readonly action: string
  readonly version: string
  /** The parameters of the action, without those of the protocol. */
  readonly parameters: Readonly<Record<string, string>>
  /** Those of the protocol too, as the older signature signs them. */
  readonly all: Readonly<Record<string, string>>
}

const PROTOCOL = new Set([
  'Action',
  'Version',
  'Format',
  'AccessKeyId',
  'SignatureMethod',
  'SignatureVersion',
  'SignatureNonce',
  'SignatureType',
  'Timestamp',
  'SecurityToken',
  'Signature',
  'RegionId',
])

/** Takes a call apart: parameters come in the query, in a urlencoded body, or in both. */
export function readCall(request: WireRequest): Call {
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  const all = Object.fromEntries([...request.query, ...(form ? new URLSearchParams(request.body) : [])])
  const parameters = Object.fromEntries(Object.entries(all).filter(([name]) => !PROTOCOL.has(name)))
  const { headers } = request
  return {
    action: all['Action'] ?? headers['x-acs-action'] ?? '',
    version: all['Version'] ?? headers['x-acs-version'] ?? '',
    parameters,
    all,
  }
}

/** Remembers nonces for as long as a signature lives. */
export interface Nonces {
  /** Whether it is new; it is not afterwards. */
  take(nonce: string, now: Date): boolean
}

export function createNonces(): Nonces {
  const used = new Map<string, number>()
  return {
    take(nonce, now) {
      for (const [old, until] of used) if (until < now.getTime()) used.delete(old)
      if (used.has(nonce)) return false
      used.set(nonce, now.getTime() + 2 * CLOCK_SKEW_MS)
      return true
    },
  }
}

export interface Rules {
  readonly find: (accessKeyId: string) => AccessKey | undefined
  /** The real time. */
  readonly now: Date
  readonly nonces: Nonces
}

/** Judges ACS3-HMAC-SHA256 where there is an Authorization header, else the older HMAC-SHA1. */
export function authenticate(
  request: WireRequest,
  call: Call,
  rules: Rules,
): { key: AccessKey } | { error: BssError } {
  const { headers } = request
  if (!headers['authorization']) {
    const { all } = call
    if (all['SignatureMethod'] !== 'HMAC-SHA1' || all['SignatureVersion'] !== '1.0') {
      return { error: bssError(all['AccessKeyId'] ? 'IncompleteSignature' : 'MissingAccessKeyId') }
    }
    return judge(rules, {
      accessKeyId: all['AccessKeyId'],
      token: all['SecurityToken'],
      nonce: all['SignatureNonce'],
      time: all['Timestamp'],
      names: ['SignatureNonce', 'Timestamp'],
      verify: secret => verifyRpcV1(request.method, all, secret),
    })
  }
  const parts = readAcs3(request)
  if (!parts) return { error: bssError('IncompleteSignature') }
  return judge(rules, {
    accessKeyId: parts.accessKeyId,
    token: headers['x-acs-security-token'],
    nonce: headers['x-acs-signature-nonce'],
    time: headers['x-acs-date'],
    names: ['x-acs-signature-nonce', 'x-acs-date'],
    verify: secret => verifyAcs3(request, parts, secret),
  })
}

interface Claim {
  readonly accessKeyId: string | undefined
  readonly token: string | undefined
  readonly nonce: string | undefined
  readonly time: string | undefined
  /** What this protocol calls nonce and time. */
  readonly names: readonly [string, string]
  verify(secret: string): { valid: boolean; stringToSign: string }
}

function judge(rules: Rules, claim: Claim): { key: AccessKey } | { error: BssError } {
  const fail = (code: string, detail?: string) => ({ error: bssError(code, detail) })
  if (!claim.accessKeyId) return fail('MissingAccessKeyId')
  if (!claim.nonce) return { error: missing(claim.names[0]) }
  if (!claim.time) return { error: missing(claim.names[1]) }
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(claim.time)) return fail('InvalidTimeStamp.Format')
  if (!(Math.abs(Date.parse(claim.time) - rules.now.getTime()) <= CLOCK_SKEW_MS))
    return fail('InvalidTimeStamp.Expired')
  const key = rules.find(claim.accessKeyId)
  if (!key) return fail('InvalidAccessKeyId.NotFound')
  if (key.sessionToken && !claim.token) return fail('MissingSecurityToken')
  if (claim.token && claim.token !== key.sessionToken)
    return fail('InvalidSecurityToken.MismatchWithAccessKey')
  const { valid, stringToSign } = claim.verify(key.secretAccessKey)
  if (!valid) return fail('SignatureDoesNotMatch', `server string to sign is:${stringToSign}`)
  if (!rules.nonces.take(`${key.accessKeyId} ${claim.nonce}`, rules.now)) return fail('SignatureNonceUsed')
  return { key }
}
