import type { Faults } from '../faults.ts'
import type { Entry, Service } from '../server.ts'
import type { Reply, WireRequest } from '../wire.ts'
import { type Ahead, billingDrops } from './billing-drops.ts'
import type { Drops } from './drops.ts'
import { CloudzeroError, errorAnswer } from './errors.ts'
import type { CloudzeroFaults } from './faults.ts'
import { createKept } from './kept.ts'
import { authorize, type CloudzeroKey } from './keys.ts'
import { parametersOf, type Route, routeOf } from './routes.ts'

export interface CloudzeroRules {
  readonly keys: readonly CloudzeroKey[]
  readonly connections: readonly string[]
}

/** Billing drops of AnyCost Stream connections; one request at a time for each. */
export function cloudzeroService(
  { keys, connections }: CloudzeroRules,
  faults: Faults<CloudzeroFaults>,
  drops: Drops,
): Pick<Service, 'action' | 'enter' | 'handle'> {
  const kept = createKept()
  const operate = billingDrops(drops, faults, kept)
  const busy = new Set<string>()

  function enter(request: WireRequest, action: string): Entry {
    const known = faults.current().forgetful ? undefined : kept.find(request)
    if (known) return { reply: known }
    const stream = routeOf(request)?.connection
    try {
      admit(request, action)
      if (stream !== undefined && busy.has(stream)) {
        throw new CloudzeroError(409, 'another request for this connection is at work')
      }
    } catch (error) {
      return { reply: refusal(error, request) }
    }
    if (stream === undefined) return {}
    busy.add(stream)
    const leave = () => void busy.delete(stream)
    const ahead = action === 'CreateBillingDrop' && AHEAD.find(name => faults.strikes(name, action))
    return ahead ? { leave, reply: work(request, action, ahead) } : { leave }
  }

  function admit(request: WireRequest, action: string): void {
    const route = routeOf(request)
    if (!route) throw new CloudzeroError(404, `there is no ${request.method} ${request.path}`)
    authorize(request, action, keys, faults.current().bearer === true)
    if (route.connection !== undefined && !connections.includes(route.connection)) {
      throw new CloudzeroError(404, `there is no connection ${route.connection}`)
    }
  }

  function work(request: WireRequest, action: string, ahead?: Ahead): Reply {
    try {
      refuse(action)
      return operate(routeOf(request) as Route, request, ahead)
    } catch (error) {
      return refusal(error, request)
    }
  }

  function refuse(action: string): void {
    const { retryAfter } = faults.current()
    const strikes = (name: keyof CloudzeroFaults) => faults.strikes(name, action)
    if (strikes('throttle')) {
      const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
      throw new CloudzeroError(429, 'Too Many Requests', headers)
    }
    if (strikes('denied')) throw new CloudzeroError(403, 'Forbidden')
    if (strikes('serverError')) throw new CloudzeroError(500, 'Internal Server Error')
    if (strikes('unavailable')) throw new CloudzeroError(503, 'Service Unavailable')
  }

  function refusal(error: unknown, request: WireRequest): Reply {
    if (!(error instanceof CloudzeroError)) throw error
    const parameters = parametersOf(request)
    return kept.keep(request, { answer: errorAnswer(error), outcome: error.type, parameters })
  }

  return { action: request => routeOf(request)?.action ?? 'unknown', enter, handle: work }
}

const AHEAD = ['early', 'gatewayTimeout'] as const
