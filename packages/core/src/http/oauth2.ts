import type { Clock } from '../clock.ts'
import type { Secret } from '../config/secret.ts'
import { AuthError, Retryable } from '../errors.ts'
import type { Answer } from './exchange.ts'
import type { Line } from './line.ts'
import { createShared } from './shared.ts'
import type { TargetConfig } from './target-config.ts'
import { verdictOf } from './verdict.ts'

type OAuth2 = NonNullable<NonNullable<TargetConfig['auth']>['oauth2']>

/** Access tokens by OAuth 2.0 client credentials (RFC 6749, section 4.4), kept until shortly before they expire. */
export interface Tokens {
  /**
   * A token that is good.
   * @throws AuthError naming the key where none is given to us, Retryable where the token endpoint is down.
   */
  get(signal: AbortSignal): Promise<string>
  /** The target did not take this token: it is not used again. */
  forget(token: string): void
  close(): Promise<void>
}

/** A new token is fetched so long before the old one expires, or in the last tenth of a short life. */
const EARLY_MS = 60_000

export function openTokens(config: OAuth2, line: Line, clock: Clock): Tokens {
  let held: { readonly token: string; readonly until: number } | undefined
  const fetching = createShared(async signal => {
    const asked = clock.now()
    const answer = await line.ask(requestOf(config), signal)
    if (answer.status < 200 || answer.status > 299) throw denied(answer, line.origin, asked)
    const { token, lifeMs } = grantOf(answer, line.origin)
    held = { token, until: asked.getTime() + lifeMs - Math.min(EARLY_MS, lifeMs / 10) }
    return token
  })
  return {
    get: async signal =>
      held && clock.now().getTime() < held.until ? held.token : await fetching.get(signal),
    forget(token) {
      if (held?.token === token) held = undefined
    },
    async close() {
      fetching.end()
      await line.close()
    },
  }
}

function requestOf({ client_id, client_secret, scope, audience }: OAuth2) {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope !== undefined && { scope }),
    ...(audience !== undefined && { audience }),
  })
  return {
    method: 'POST',
    headers: {
      accept: 'application/json',
      authorization: basic(client_id, client_secret),
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'billow',
    },
    body: Buffer.from(form.toString()),
    wantsBody: true,
  } as const
}

/** Both parts are form-encoded first, as the specification wants, so that a colon or an umlaut in them does no harm. */
function basic(id: string, secret: Secret): string {
  const encode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret.reveal())}`).toString('base64')}`
}

/** The key to look at, by the error code of the specification. */
const KEYS: Readonly<Record<string, string>> = {
  invalid_client: 'auth.oauth2.client_id and auth.oauth2.client_secret',
  invalid_scope: 'auth.oauth2.scope',
  invalid_target: 'auth.oauth2.audience',
}

function denied(answer: Answer, origin: string, now: Date): Error {
  const { status } = answer
  const error = json(answer.body)?.['error']
  const code = typeof error === 'string' ? error.replaceAll(/[^\w.-]/g, '').slice(0, 60) : ''
  const verdict = verdictOf({ ...answer, body: '' }, origin, now)
  const down = status === 408 || status === 425 || status === 429 || status >= 500
  if (down) {
    const retryAfterMs = verdict instanceof Retryable ? verdict.retryAfterMs : undefined
    return new Retryable(`no access token: ${origin} answered ${status}`, { retryAfterMs })
  }
  const unauthorized = status === 401 ? KEYS['invalid_client'] : undefined
  const elsewhere = code === '' ? 'auth.oauth2.token_url' : 'auth.oauth2'
  const key = KEYS[code] ?? unauthorized ?? elsewhere
  return new AuthError(`no access token: ${origin} answered ${status}${code && ` ${code}`}; check ${key}`)
}

function grantOf(
  { status, body }: Answer,
  origin: string,
): { readonly token: string; readonly lifeMs: number } {
  const grant = json(body)
  if (!grant)
    throw new Retryable(
      `no access token: ${origin} answered ${status} with other than JSON; check auth.oauth2.token_url`,
    )
  const { access_token: token, token_type: type = 'Bearer', expires_in: seconds } = grant
  if (typeof token !== 'string' || !/^[!-~]+$/.test(token) || String(type).toLowerCase() !== 'bearer') {
    throw new AuthError(
      `no access token: ${origin} answered ${status} without a bearer token; check auth.oauth2.token_url`,
    )
  }
  const life = Number(seconds)
  return { token, lifeMs: life > 0 ? life * 1000 : Number.POSITIVE_INFINITY }
}

function json(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
