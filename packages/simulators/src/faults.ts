import { UsageError } from '@billow/core'

/** How often a fault strikes: the next n requests, every one (`true`), or none (`false` or 0). */
export type Times = boolean | number | TimesSpec

export interface TimesSpec {
  /** How many requests; every one if left out. */
  readonly times?: number
  /** Requests that pass before it strikes. */
  readonly after?: number
  /** Only requests of this action, such as `QueryAccountBill`. */
  readonly action?: string
}

/** Faults in how an answer travels; every simulator has them. */
export interface DeliveryFaults {
  /** Each answer waits this many milliseconds. */
  latencyMs?: number
  /** Requests wait until it is off. */
  hold?: boolean
  /** The request is taken and never answered. */
  hang?: Times
  /** The connection is closed without an answer, and nothing was done. */
  drop?: Times
  /** The work is done, then the connection is closed without an answer. */
  lost?: Times
  /** The answer ends in the middle of its JSON, while its Content-Length agrees with what was sent. */
  truncate?: Times
  /** The connection breaks in the middle of the answer. */
  cut?: Times
  /** The answer comes in four pieces, a quarter of `slowBodyMs` apart. */
  slowBody?: Times
  /** How long a slow answer takes; 1000 if left out. */
  slowBodyMs?: number
  /** HTTP 502 with an HTML page, as a gateway sends it. */
  badGateway?: Times
}

export const deliverySwitches = {
  latencyMs: 'number',
  hold: 'flag',
  hang: 'times',
  drop: 'times',
  lost: 'times',
  truncate: 'times',
  cut: 'times',
  slowBody: 'times',
  slowBodyMs: 'number',
  badGateway: 'times',
} as const satisfies Switches<DeliveryFaults>

export type Switches<F> = Readonly<Record<keyof F & string, 'times' | 'number' | 'flag' | 'text'>>

/** The switches of one simulator. */
export interface Faults<F extends object> {
  /** Sets the switches that are named and leaves the others alone. Throws `UsageError` for a name or a value that does not exist. */
  readonly set: (values: F) => void
  /** Everything as at the start. */
  readonly reset: () => void
  /** What is set now; a fault that has struck as often as it was asked to is gone. */
  readonly current: () => F
  /** Whether a fault strikes this request; counts it. */
  readonly strikes: (name: keyof F & string, action: string) => boolean
}

interface Pending {
  times: number
  after: number
  action?: string | undefined
}

export function createFaults<F extends object>(switches: Switches<F>, initial: F): Faults<F> {
  const pending = new Map<string, Pending>()
  let levels: Record<string, unknown> = {}

  function set(values: F): void {
    const checked = Object.entries(values).map(
      ([name, value]) => [name, check(switches, name, value)] as const,
    )
    for (const [name, value] of checked) {
      if (switches[name as keyof F & string] !== 'times') {
        if (value === undefined) delete levels[name]
        else levels[name] = value
      } else if (value && (value as Pending).times > 0) pending.set(name, { ...(value as Pending) })
      else pending.delete(name)
    }
  }

  function reset(): void {
    pending.clear()
    levels = {}
    set(initial)
  }

  function strikes(name: string, action: string): boolean {
    const fault = pending.get(name)
    if (!fault || (fault.action !== undefined && fault.action !== action)) return false
    if (fault.after > 0) {
      fault.after--
      return false
    }
    if (--fault.times <= 0) pending.delete(name)
    return true
  }

  function current(): F {
    const counts = [...pending].map(([name, { times, after, action }]) => {
      const often = times === Number.POSITIVE_INFINITY ? {} : { times }
      const spec = { ...often, ...(after ? { after } : {}), ...(action ? { action } : {}) }
      return [name, Object.keys(spec).length ? spec : true]
    })
    return { ...levels, ...Object.fromEntries(counts) } as F
  }

  reset()
  return { set, reset, current, strikes }
}

function check<F>(switches: Switches<F>, name: string, value: unknown): unknown {
  const kind = Object.hasOwn(switches, name) ? switches[name as keyof F & string] : undefined
  const expected = {
    times: 'a number of requests, true, false, or an object with "times", "after" and "action"',
    number: 'a number of at least 0, or null to switch it off',
    flag: 'true or false',
    text: 'text, or null to switch it off',
  }
  if (!kind) throw new UsageError(`no switch "${name}"; there are ${Object.keys(switches).sort().join(', ')}`)
  const fail = () => new UsageError(`${name}: found ${JSON.stringify(value)}; give ${expected[kind]}`)
  if (kind === 'times') {
    const times = readTimes(value)
    if (!times) throw fail()
    return times
  }
  if (value === null || value === undefined) return undefined
  if (kind === 'number' && !isCount(value)) throw fail()
  if (kind === 'flag' && typeof value !== 'boolean') throw fail()
  if (kind === 'text' && typeof value !== 'string') throw fail()
  return value
}

function readTimes(value: unknown): Pending | undefined {
  if (typeof value === 'boolean' || value === null)
    return { times: value ? Number.POSITIVE_INFINITY : 0, after: 0 }
  if (isCount(value)) return { times: value, after: 0 }
  if (typeof value !== 'object') return undefined
  const { times = Number.POSITIVE_INFINITY, after = 0, action, ...rest } = value as Record<string, unknown>
  if (Object.keys(rest).length > 0 || !isCount(times) || !isCount(after)) return undefined
  if (action !== undefined && typeof action !== 'string') return undefined
  return { times, after, action }
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0
