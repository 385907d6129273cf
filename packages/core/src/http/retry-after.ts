/** The Retry-After of an answer. */
export interface RetryAfter {
  readonly 'retry-after'?: string | readonly string[] | undefined
}

/** How long an answer asks to wait, in milliseconds from `now`; nothing where it does not ask or cannot be read. */
export function retryAfterMs(headers: RetryAfter, now: Date): number | undefined {
  const header = headers['retry-after']
  const text = (typeof header === 'string' ? header : header?.[0])?.trim()
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER)
  if (!/^[A-Z][a-z]+,? .*\d{2}:\d{2}:\d{2}/.test(text)) return undefined
  // The oldest of the three forms of an HTTP date has no zone, and is GMT like the others.
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime())
}
