import { AuthError, Retryable } from '../errors.ts'
import { backoff } from './backoff.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 300_000
/** Up to here a pause is as long as the other side asks. */
const LONGEST_ASKED_MS = 600_000
/** Missing permissions are given by people: asking often only makes noise. */
const AUTH_PAUSE_MS = 30_000

/** How long to wait before work that failed so many times in a row begins again, in milliseconds. */
export function pauseAfter(error: unknown, attempt: number, random: () => number): number {
  const asked = error instanceof Retryable ? (error.retryAfterMs ?? 0) : 0
  const least = error instanceof AuthError ? AUTH_PAUSE_MS : Math.min(asked, LONGEST_ASKED_MS)
  return Math.max(least, backoff({ attempt, baseMs: FIRST_PAUSE_MS, capMs: LONGEST_PAUSE_MS, random }))
}
