import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalQuery, type WireRequest } from '../wire.ts'

export interface Acs3Parts {
  readonly accessKeyId: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const HEADER = /^ACS3-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/

/** Reads an ACS3-HMAC-SHA256 Authorization header; nothing where it is not well formed. */
export function readAcs3(request: WireRequest): Acs3Parts | undefined {
  const [, accessKeyId, signedHeaders, signature] = HEADER.exec(request.headers['authorization'] ?? '') ?? []
  if (!accessKeyId || !signedHeaders || !signature) return undefined
  return { accessKeyId, signedHeaders: signedHeaders.split(';'), signature }
}

/** Verifies over exactly the headers that the request lists; the text that was signed is told to the caller. */
export function verifyAcs3(
  request: WireRequest,
  { signedHeaders, signature }: Acs3Parts,
  secret: string,
): { valid: boolean; stringToSign: string } {
  const payload = createHash('sha256').update(request.body).digest('hex')
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...signedHeaders.map(name => `${name}:${(request.headers[name] ?? '').trim()}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n')
  const stringToSign = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`
  const expected = createHmac('sha256', secret).update(stringToSign).digest()
  const declared = request.headers['x-acs-content-sha256'] === payload
  return { valid: declared && timingSafeEqual(expected, Buffer.from(signature, 'hex')), stringToSign }
}
