import { AuthError, Refused, Retryable } from '@billow/core'

/** What waits for people, or for CloudZero to think otherwise, is not asked about often. */
const SLOW = { firstMs: 60_000, longestMs: 3_600_000 }
const QUICK = { firstMs: 1000, longestMs: 300_000 }
const AUTH_MS = 30_000

/** How long to wait after the nth failure in a row, in milliseconds. */
export function waitAfter(error: unknown, failures: number): number {
  const { firstMs, longestMs } = error instanceof Refused ? SLOW : QUICK
  const wait = Math.min(firstMs * 2 ** Math.min(failures - 1, 20), longestMs)
  const asked = error instanceof Retryable ? (error.retryAfterMs ?? 0) : 0
  return Math.max(wait, Math.min(asked, longestMs), error instanceof AuthError ? AUTH_MS : 0)
}
