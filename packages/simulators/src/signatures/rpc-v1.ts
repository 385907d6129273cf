import { createHmac } from 'node:crypto'
import { canonicalQuery, percentEncode } from '../wire.ts'

/** Verifies the older HMAC-SHA1 signature over all parameters of a call but `Signature`. */
export function verifyRpcV1(
  method: string,
  parameters: Readonly<Record<string, string>>,
  secret: string,
): { valid: boolean; stringToSign: string } {
  const { Signature, ...signed } = parameters
  const stringToSign = `${method}&%2F&${percentEncode(canonicalQuery(Object.entries(signed)))}`
  const expected = createHmac('sha1', `${secret}&`).update(stringToSign).digest('base64')
  return { valid: Signature === expected, stringToSign }
}
