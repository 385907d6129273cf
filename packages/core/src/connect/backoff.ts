export interface Backoff {
  /** Which attempt failed, from 1. */
  readonly attempt: number
  readonly baseMs: number
  readonly capMs: number
  /** What the other side asked for: a minimum, up to the cap. */
  readonly retryAfterMs?: number | undefined
  /** From 0 to 1; handed in, so that a test can choose. */
  readonly random: () => number
}

/** Exponential with full jitter: anything from 0 to the doubled base, so that many senders do not return at once. */
export function backoff({ attempt, baseMs, capMs, retryAfterMs = 0, random }: Backoff): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** (attempt - 1))
  return Math.max(Math.round(random() * ceiling), Math.min(retryAfterMs, capMs))
}
