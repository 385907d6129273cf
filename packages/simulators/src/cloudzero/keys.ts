import type { WireRequest } from '../wire.ts'
import { CloudzeroError } from './errors.ts'

/** An API key that the double accepts. */
export interface CloudzeroKey {
  readonly apiKey: string
  /** What it may do, such as `connections:create_billing_anycost_billing_drop`; everything if left out. */
  readonly scopes?: readonly string[]
}

/** The key that is accepted if none is given. It opens nothing elsewhere. */
export const CLOUDZERO_TEST_KEY: CloudzeroKey = { apiKey: 'cz_test_4d6f6e6579697350617469656e74' }

/** The streams that exist if none are given; two, since a stream has one currency. */
export const CLOUDZERO_TEST_CONNECTIONS: readonly string[] = [
  '1234abcd-1234-abcd-1234-abcd1234efgh',
  '5678abcd-5678-abcd-5678-abcd5678efgh',
]

const SCOPES: Readonly<Record<string, string>> = {
  CreateBillingDrop: 'connections:create_billing_anycost_billing_drop',
  ValidateBillingDrop: 'connections:create_billing_anycost_validate_billing_drop',
  ListBillingDrops: 'connections:read_billing_anycost_billing_drops',
  ReadBillingDrop: 'connections:read_billing_anycost_billing_drops_month',
}

/** Throws a 403 unless the header holds a key that may do this. */
export function authorize(
  { headers }: WireRequest,
  action: string,
  keys: readonly CloudzeroKey[],
  bearer: boolean,
): void {
  const given = headers['authorization'] ?? ''
  const apiKey = bearer ? given.replace(/^Bearer +/, '') : given
  const key = keys.find(known => known.apiKey === apiKey)
  if (!key) throw new CloudzeroError(403, 'Forbidden')
  if (key.scopes && !key.scopes.includes(SCOPES[action] ?? '')) {
    throw new CloudzeroError(403, 'User is not authorized to access this resource')
  }
}
