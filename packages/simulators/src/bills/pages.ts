import { UsageError } from '@billow/core'
import { bodyOf, type Pages, queryOf } from '../admin.ts'
import { isDay } from '../days.ts'
import type { WireRequest } from '../wire.ts'
import type { Anomaly } from './anomalies.ts'
import type { Billed, Correction } from './bill.ts'

/** A bill that can be asked and changed under `/_simulator/`. */
export interface Asked {
  /** The figure that `billed` sums, such as `UnblendedCost`. */
  readonly metric: string
  readonly billed: (from: string, to: string) => readonly Billed[]
  readonly anomalies: (from: string, to: string) => readonly Anomaly[]
  readonly correct: (correction: Correction) => void
}

export function billPages({ metric, billed, anomalies, correct }: Asked): Pages {
  return {
    'GET billed?from=&to=': request => ({ metric, billed: billed(...range(request)) }),
    'GET anomalies?from=&to=': request => ({ anomalies: anomalies(...range(request)) }),
    'POST corrections': request => {
      correct(correctionOf(bodyOf(request)))
      return {}
    },
  }
}

function range(request: WireRequest): [from: string, to: string] {
  const query = queryOf(request)
  const read = (name: string) => {
    const day = query[name] ?? ''
    if (isDay(day)) return day
    throw new UsageError(`${name}: found "${day}"; give a day such as 2024-02-29`)
  }
  return [read('from'), read('to')]
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
