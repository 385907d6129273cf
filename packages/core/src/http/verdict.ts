import { AuthError, Gone, Refused, Retryable, Throttled } from '../errors.ts'
import type { Answer } from './exchange.ts'
import { retryAfterMs } from './retry-after.ts'

const AUTH = new Set([401, 403, 405, 407])
const RETRIED_4XX = new Set([404, 408, 409, 425, 429])
const LONGEST_LINE = 300

/**
 * What an answer means for what was sent: nothing where it is safe, else the error that says what to do next.
 * Redirects are not followed, as the webhook specification demands: an event must not end at a place that nobody
 * configured. They are tried again like an unknown status, so that nothing is lost meanwhile.
 */
export function verdictOf(answer: Answer, origin: string, now: Date): Error | undefined {
  const { status, headers } = answer
  if (status >= 200 && status <= 299) return undefined
  const message = `${origin} answered ${status}${lineOf(answer.body)}`
  if (AUTH.has(status))
    return new AuthError(`${message}; ${WHAT_TO_DO[status] ?? 'check the access rights at the target'}`)
  if (status === 410) return new Gone(`${message}; the target wants no more events: give another \`target\``)
  if (status >= 300 && status <= 399) {
    return new Retryable(`${message}; redirects are not followed: set \`target\` to where it leads`)
  }
  const wait = { retryAfterMs: retryAfterMs(headers, now) }
  if (status === 429) return new Throttled(message, wait)
  if (status >= 400 && status <= 499 && !RETRIED_4XX.has(status)) return new Refused(message, { status })
  return new Retryable(message, wait)
}

const WHAT_TO_DO: Readonly<Record<number, string>> = {
  401: 'set `auth.token`, `auth.oauth2` or `headers.authorization` to what the target asks for',
  405: 'check the path of `target`: POST is not allowed there',
  407: 'a proxy asks for credentials',
}

/** The first line of a body for a person, or the message in it where it is a JSON error. */
function lineOf(body: string): string {
  const text = messageOf(body) ?? body
  const [line = ''] = text.trim().split(/[\r\n]/, 1)
  const clean = line.replaceAll(/[\p{Cc}\p{Cf}\uFFFD]/gu, ' ').trim()
  const short = clean.length > LONGEST_LINE ? `${clean.slice(0, LONGEST_LINE - 1).toWellFormed()}…` : clean
  return short && `: ${short}`
}

function messageOf(body: string): string | undefined {
  if (!body.trimStart().startsWith('{')) return undefined
  try {
    const { error, detail, message, title } = JSON.parse(body) as Readonly<Record<string, unknown>>
    return [error, detail, message, title].find(text => typeof text === 'string' && text !== '') as
      | string
      | undefined
  } catch {
    return undefined
  }
}
