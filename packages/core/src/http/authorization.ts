import { validateHeaderValue } from 'node:http'
import type { Clock } from '../clock.ts'
import { ConfigError } from '../errors.ts'
import { openLine } from './line.ts'
import { openTokens } from './oauth2.ts'
import type { TargetConfig } from './target-config.ts'

/** Who we are to a target. */
export interface Authorization {
  /**
   * The value of the Authorization header; nothing where there is none.
   * @throws AuthError where we are given no token, Retryable where we cannot ask for one.
   */
  value(signal: AbortSignal): Promise<string | undefined>
  /** The target answered 401 to this value. Whether another one may do better. */
  refused(value: string | undefined): boolean
  close(): Promise<void>
}

/** @throws ConfigError where the keys contradict each other, or HTTP cannot carry a value. */
export function openAuthorization(config: TargetConfig, clock: Clock): Authorization {
  const { auth, headers = {} } = config
  const url = new URL(config.target)
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')
  if (!auth) return fixed(header?.[1].reveal() ?? basicOf(url))

  const { token, oauth2 } = auth
  if (token && oauth2) throw new ConfigError('auth: found both token and oauth2; one of them is allowed')
  if (header) throw new ConfigError('auth: found beside headers.authorization; one of them is allowed')
  if (url.username || url.password) {
    throw new ConfigError('auth: found beside a user in the URL of target; one of them is allowed')
  }
  if (token) return fixed(`Bearer ${checkHeader('auth.token', token.reveal())}`)
  if (!oauth2) throw new ConfigError('auth: found neither token nor oauth2; one of them is required')

  const tokens = openTokens(oauth2, openLine(new URL(oauth2.token_url), config), clock)
  return {
    value: async signal => `Bearer ${await tokens.get(signal)}`,
    refused(value) {
      if (value === undefined) return false
      tokens.forget(value.slice('Bearer '.length))
      return true
    },
    close: () => tokens.close(),
  }
}

const fixed = (value: string | undefined): Authorization => ({
  value: () => Promise.resolve(value),
  refused: () => false,
  close: () => Promise.resolve(),
})

function basicOf({ username, password }: URL): string | undefined {
  if (!username && !password) return undefined
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(user).toString('base64')}`
}

/** @throws ConfigError, without the value, where HTTP cannot carry it. */
export function checkHeader(key: string, value: string): string {
  try {
    validateHeaderValue(key, value)
  } catch {
    throw new ConfigError(`${key}: found characters that a header cannot carry; printable ASCII is allowed`)
  }
  return value
}
