import { multiply } from './decimal.ts'

/** A request as the simulator saw it. */
export interface LoggedRequest {
  /** The real time, ISO 8601. */
  readonly at: string
  readonly action: string
  /** The HTTP status that was sent; nothing where the connection was left or closed without one. */
  readonly status?: number
  /** `ok`, the provider's error code, or the fault that left nothing to answer with, such as `hang`. */
  readonly outcome: string
  /** What happened to the answer on its way, such as `cut`. The provider charges for it all the same. */
  readonly fault?: string
  readonly accessKeyId?: string
  /** The parameters of the call, as the provider names them. */
  readonly parameters?: unknown
}

export interface ActionCount {
  readonly requests: number
  readonly answered: number
  readonly failed: number
  /** What the provider charges for those that it answered. */
  readonly cost?: { readonly amount: string; readonly currency: string }
}

export interface RequestLog {
  readonly add: (request: LoggedRequest) => void
  /** Counts by action, since the start or the last `clear`. */
  readonly counts: () => Readonly<Record<string, ActionCount>>
  /** The newest 1000 requests, oldest first. */
  readonly entries: () => readonly LoggedRequest[]
  readonly clear: () => void
}

const KEPT = 1000

/** `prices` are per answered request; failed calls are free. */
export function createRequestLog(prices: Readonly<Record<string, string>> = {}): RequestLog {
  let entries: LoggedRequest[] = []
  const counts = new Map<string, { answered: number; failed: number }>()
  return {
    add(request) {
      entries.push(request)
      if (entries.length > KEPT) entries = entries.slice(-KEPT)
      const count = counts.get(request.action) ?? { answered: 0, failed: 0 }
      if (request.outcome === 'ok') count.answered++
      else count.failed++
      counts.set(request.action, count)
    },
    counts: () =>
      Object.fromEntries(
        [...counts].map(([action, { answered, failed }]) => {
          const price = prices[action]
          const cost = price && { cost: { amount: multiply(price, String(answered)), currency: 'USD' } }
          return [action, { requests: answered + failed, answered, failed, ...cost }]
        }),
      ),
    entries: () => entries,
    clear() {
      entries = []
      counts.clear()
    },
  }
}
