import { AuthError, Refused, Retryable, Throttled } from '@billow/core'

/** What a request was for, in words for a message. */
export interface Asked {
  readonly what: string
  /** The scope that the API key needs for it. */
  readonly scope: string
  readonly connection?: string
}

/** CloudZero does not know what the path names: a connection, or the drop of a month. */
export class NotFound extends AuthError {}

/** What an answer that is not 2xx means for the runtime and the user. */
export function cloudzeroError(
  status: number,
  body: string,
  { what, scope, connection }: Asked,
  retryAfterMs?: number,
): Error {
  const said = `HTTP ${status}${detail(body)}`
  if (status === 401 || status === 403) {
    return new AuthError(
      `CloudZero does not allow ${what} (${said}): check that secret.api_key is a key of this organisation and still valid, and that it has the scope ${scope}`,
    )
  }
  if (status === 404) {
    return new NotFound(
      `CloudZero knows no connection ${connection ?? ''} (${said}): check its id, as the page of the AnyCost Stream connection shows it, and endpoint`,
    )
  }
  if (status === 429) return new Throttled(`CloudZero slows ${what} down (${said})`, { retryAfterMs })
  if (status === 409 || status >= 500 || status < 400) {
    return new Retryable(`${what} failed (${said})`, { retryAfterMs })
  }
  return new Refused(`CloudZero refuses ${what} (${said})`, { status })
}

/** The API says `{ error: { message } }` or `{ error }`, its gateway `{ message }`; a proxy sends a page of its own. */
function detail(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as {
      readonly error?: unknown
      readonly message?: unknown
    }
    const said =
      typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error
    const text = said ?? message
    return typeof text === 'string' && text !== '' ? `: ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}` : ''
  } catch {
    return ''
  }
}
