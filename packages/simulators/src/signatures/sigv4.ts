import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalQuery, percentEncode, type WireRequest } from '../wire.ts'
import { type AccessKey, CLOCK_SKEW_MS } from './keys.ts'

/** Why a request is refused; each service has its own words for it. */
export type SigV4Fault =
  | { readonly kind: 'missing' | 'incomplete' | 'unknown-key' | 'mismatch' }
  | {
      readonly kind: 'expired' | 'not-yet'
      readonly signedAt: string
      readonly limit: string
      readonly now: string
    }
  | { readonly kind: 'service' | 'region'; readonly found: string; readonly expected: string }

export interface SigV4Rules {
  readonly find: (accessKeyId: string) => AccessKey | undefined
  /** The real time. */
  readonly now: Date
  /** The credential scope's service, such as `ce`. */
  readonly service: string
  /** The only region that is accepted; any if left out. */
  readonly region?: string | undefined
}

const HEADER = /^AWS4-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/

/** Verifies an AWS Signature Version 4 in the Authorization header, over exactly the headers that it lists. */
export function verifySigV4(
  request: WireRequest,
  rules: SigV4Rules,
): { key: AccessKey } | { fault: SigV4Fault } {
  const { headers } = request
  const authorization = headers['authorization']
  if (!authorization) return { fault: { kind: 'missing' } }
  const [, credential = '', signedHeaders = '', signature = ''] = HEADER.exec(authorization) ?? []
  const [accessKeyId = '', date = '', region = '', service = '', terminator] = credential.split('/')
  const signedAt = headers['x-amz-date'] ?? ''
  const names = signedHeaders.split(';')
  const complete =
    terminator === 'aws4_request' &&
    /^\d{8}T\d{6}Z$/.test(signedAt) &&
    date === signedAt.slice(0, 8) &&
    names.includes('host')
  if (!complete) return { fault: { kind: 'incomplete' } }

  const key = rules.find(accessKeyId)
  if (!key || key.sessionToken !== headers['x-amz-security-token']) return { fault: { kind: 'unknown-key' } }
  if (service !== rules.service)
    return { fault: { kind: 'service', found: service, expected: rules.service } }
  if (rules.region !== undefined && region !== rules.region) {
    return { fault: { kind: 'region', found: region, expected: rules.region } }
  }
  const stale = freshness(signedAt, rules.now)
  if (stale) return { fault: stale }

  const bodyHash = sha256(request.body)
  const declared = headers['x-amz-content-sha256']
  const canonical = [
    request.method,
    request.path.split('/').map(percentEncode).join('/'),
    canonicalQuery(request.query),
    ...names.map(name => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    bodyHash,
  ].join('\n')
  const scope = [date, region, service, terminator].join('/')
  const text = ['AWS4-HMAC-SHA256', signedAt, scope, sha256(canonical)].join('\n')
  const signing = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${key.secretAccessKey}`,
  )
  const same = timingSafeEqual(hmac(signing, text), Buffer.from(signature, 'hex'))
  return same && (declared === undefined || declared === bodyHash) ? { key } : { fault: { kind: 'mismatch' } }
}

function freshness(signedAt: string, now: Date): SigV4Fault | undefined {
  const at = Date.parse(signedAt.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const times = (limit: number) => ({ signedAt, limit: compact(new Date(limit)), now: compact(now) })
  if (at < now.getTime() - CLOCK_SKEW_MS) return { kind: 'expired', ...times(now.getTime() - CLOCK_SKEW_MS) }
  if (at > now.getTime() + CLOCK_SKEW_MS) return { kind: 'not-yet', ...times(now.getTime() + CLOCK_SKEW_MS) }
  return undefined
}

const compact = (time: Date) => time.toISOString().replace(/[-:]|\.\d+/g, '')

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
