import { UsageError } from '@billow/core'
import type { Faults } from './faults.ts'
import type { RequestLog } from './requests.ts'
import type { Answer, WireRequest } from './wire.ts'

/** Pages under `/_simulator/`, such as `GET billed?from=&to=`: what each answers, as JSON. */
export type Pages = Readonly<Record<string, (request: WireRequest) => unknown>>

/** What can be asked and set under `/_simulator/`. */
export interface Administered {
  readonly faults: Faults<object>
  readonly requests: RequestLog
  /** Those that only this double has. */
  readonly pages: Pages
}

const PREFIX = '/_simulator/'

/** Answers requests under `/_simulator/`; nothing for others. No signature is asked for. */
export function admin(of: Administered, request: WireRequest): Answer | undefined {
  if (!request.path.startsWith(PREFIX)) return undefined
  const pages: Pages = { ...of.pages, ...commonPages(of) }
  const asked = `${request.method} ${request.path.slice(PREFIX.length)}`
  const [, page] = Object.entries(pages).find(([name]) => name.replace(/\?.*/, '') === asked) ?? []
  if (!page) {
    return json(404, { error: `no such page; under ${PREFIX} there are ${Object.keys(pages).join(', ')}` })
  }
  try {
    return json(200, page(request))
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof SyntaxError)) throw error
    return json(400, { error: error.message })
  }
}

function commonPages({ faults, requests }: Administered): Pages {
  return {
    'GET requests': () => ({ counts: requests.counts(), requests: requests.entries() }),
    'DELETE requests': () => {
      requests.clear()
      return {}
    },
    'GET faults': () => faults.current(),
    'POST faults': request => {
      faults.set(bodyOf(request))
      return faults.current()
    },
    'DELETE faults': () => {
      faults.reset()
      return faults.current()
    },
  }
}

export const queryOf = ({ query }: WireRequest): Readonly<Record<string, string>> => Object.fromEntries(query)

/** The JSON object that a request carries. Throws `UsageError`, or `SyntaxError` where it is not JSON. */
export function bodyOf(request: WireRequest): object {
  const body: unknown = JSON.parse(request.body)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  throw new UsageError('the body must be a JSON object')
}

function json(status: number, body: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}
