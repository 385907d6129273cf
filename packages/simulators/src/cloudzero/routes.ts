import type { WireRequest } from '../wire.ts'

/** What a request is about. `connection` and `month` are as they stand in the path, decoded. */
export interface Route {
  readonly action: 'CreateBillingDrop' | 'ListBillingDrops' | 'ReadBillingDrop' | 'ValidateBillingDrop'
  readonly connection?: string
  readonly month?: string
}

const BASE = '/v2/connections/billing/anycost/'

export function routeOf({ method, path }: WireRequest): Route | undefined {
  if (!path.startsWith(BASE)) return undefined
  const [connection, drops, month, ...rest] = segments(path.slice(BASE.length))
  if (method === 'POST' && connection === 'validate_billing_drop' && drops === undefined) {
    return { action: 'ValidateBillingDrop' }
  }
  if (!connection || drops !== 'billing_drops' || rest.length > 0) return undefined
  if (month !== undefined) {
    return method === 'GET' ? { action: 'ReadBillingDrop', connection, month } : undefined
  }
  if (method === 'GET') return { action: 'ListBillingDrops', connection }
  return method === 'POST' ? { action: 'CreateBillingDrop', connection } : undefined
}

function segments(path: string): string[] {
  try {
    return path.split('/').map(decodeURIComponent)
  } catch {
    return []
  }
}

/** What the log says of a request; never its API key. */
export function parametersOf(request: WireRequest): Readonly<Record<string, unknown>> {
  const { connection, month } = routeOf(request) ?? {}
  const { 'cloudzero-idempotency-key': idempotencyKey, 'cloudzero-test-key': testKey } = request.headers
  const named = Object.entries({ connection, month, idempotencyKey, testKey })
  return Object.fromEntries(named.filter(([, value]) => value !== undefined))
}
