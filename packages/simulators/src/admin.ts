import { UsageError } from '@billow/core'
import type { Anomaly } from './bills/anomalies.ts'
import type { Billed, Correction } from './bills/bill.ts'
import { isDay } from './days.ts'
import type { Faults } from './faults.ts'
import type { RequestLog } from './requests.ts'
import type { Answer, WireRequest } from './wire.ts'

/** What can be asked and set under `/_simulator/`. */
export interface Administered {
  readonly faults: Faults<object>
  readonly requests: RequestLog
  /** The figure that `billed` sums, such as `UnblendedCost`. */
  readonly metric: string
  readonly billed: (from: string, to: string) => readonly Billed[]
  readonly anomalies: (from: string, to: string) => readonly Anomaly[]
  readonly correct: (correction: Correction) => void
}

/** Answers requests under `/_simulator/`; nothing for others. No signature is asked for. */
export function admin(of: Administered, request: WireRequest): Answer | undefined {
  if (!request.path.startsWith('/_simulator/')) return undefined
  try {
    return route(of, request)
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof SyntaxError)) throw error
    return json(400, { error: error.message })
  }
}

function route(of: Administered, request: WireRequest): Answer {
  switch (`${request.method} ${request.path.slice('/_simulator/'.length)}`) {
    case 'GET billed': {
      const { from, to } = range(request)
      return json(200, { metric: of.metric, billed: of.billed(from, to) })
    }
    case 'GET anomalies': {
      const { from, to } = range(request)
      return json(200, { anomalies: of.anomalies(from, to) })
    }
    case 'GET requests':
      return json(200, { counts: of.requests.counts(), requests: of.requests.entries() })
    case 'DELETE requests':
      of.requests.clear()
      return json(200, {})
    case 'GET faults':
      return json(200, of.faults.current())
    case 'POST faults':
      of.faults.set(bodyOf(request))
      return json(200, of.faults.current())
    case 'DELETE faults':
      of.faults.reset()
      return json(200, of.faults.current())
    case 'POST corrections':
      of.correct(correctionOf(bodyOf(request)))
      return json(200, {})
    default:
      return json(404, {
        error:
          'no such page; there are GET billed?from=&to=, GET anomalies?from=&to=, GET|DELETE requests, GET|POST|DELETE faults and POST corrections under /_simulator/',
      })
  }
}

function range(request: WireRequest): { from: string; to: string } {
  const query = Object.fromEntries(request.query)
  const read = (name: string) => {
    const day = query[name] ?? ''
    if (isDay(day)) return day
    throw new UsageError(`${name}: found "${day}"; give a day such as 2024-02-29`)
  }
  return { from: read('from'), to: read('to') }
}

function bodyOf(request: WireRequest): object {
  const body: unknown = JSON.parse(request.body)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  throw new UsageError('the body must be a JSON object')
}

function correctionOf(body: object): Correction {
  const { day, service, factor } = body as Record<string, unknown>
  if (typeof day !== 'string' || !isDay(day)) throw new UsageError('day: give a day such as 2024-02-29')
  if (typeof service !== 'string' || !service)
    throw new UsageError('service: give the service or product code')
  if (typeof factor !== 'string' || !/^-?\d+(\.\d+)?$/.test(factor)) {
    throw new UsageError('factor: give decimal text such as "1.25"')
  }
  return { day, service, factor }
}

function json(status: number, body: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}
