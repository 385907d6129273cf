import { addDays, addMonths, dayAt, firstDay, isDay, monthOf } from '../days.ts'
import { METRICS, type Metric } from './cost-row.ts'
import { constraint, validation } from './errors.ts'
import { type Filter, readFilter } from './filter.ts'
import { historyStart } from './ledger.ts'

type Granularity = 'DAILY' | 'MONTHLY' | 'HOURLY'

export interface Grouping {
  readonly Type: 'DIMENSION' | 'TAG' | 'COST_CATEGORY'
  readonly Key: string
}

/** A GetCostAndUsage request that passed the checks. */
export interface CostRequest {
  /** Inclusive; for hours `YYYY-MM-DDTHH:00:00Z`. */
  readonly start: string
  /** Exclusive. */
  readonly end: string
  readonly granularity: Granularity
  readonly metrics: readonly Metric[]
  readonly groupBy: readonly Grouping[]
  readonly filter: Filter
}

/** Dimensions that the bill's rows carry. */
const DIMENSIONS = ['SERVICE', 'LINKED_ACCOUNT', 'REGION', 'USAGE_TYPE', 'RECORD_TYPE'] as const

const HOUR = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):00:00Z$/

/** Checks a request's body as Cost Explorer does. Throws `AwsError`. */
export function readCostRequest(
  body: Readonly<Record<string, unknown>>,
  now: Date,
  historyMonths: number,
): CostRequest {
  const granularity = body['Granularity'] as Granularity
  if (!['DAILY', 'MONTHLY', 'HOURLY'].includes(granularity)) {
    throw constraint(
      'granularity',
      granularity,
      'Member must satisfy enum value set: [DAILY, HOURLY, MONTHLY]',
    )
  }
  const { start, end } = readPeriod(body['TimePeriod'], granularity, now, historyMonths)
  return {
    start,
    end,
    granularity,
    metrics: readMetrics(body['Metrics']),
    groupBy: readGroupBy(body['GroupBy']),
    filter: readFilter(body['Filter']),
  }
}

function readPeriod(period: unknown, granularity: Granularity, now: Date, historyMonths: number) {
  if (typeof period !== 'object' || period === null)
    throw constraint('timePeriod', undefined, 'Member must not be null')
  const { Start: start, End: end } = period as { Start?: unknown; End?: unknown }
  const form = granularity === 'HOURLY' ? 'yyyy-MM-ddTHH:mm:ssZ' : 'yyyy-MM-dd'
  for (const time of [start, end]) {
    const good =
      typeof time === 'string' &&
      (granularity === 'HOURLY' ? HOUR.test(time) && isDay(time.slice(0, 10)) : isDay(time))
    if (!good)
      throw validation(`Time period is invalid: found ${JSON.stringify(time)}, ${granularity} takes ${form}.`)
  }
  if (typeof start !== 'string' || typeof end !== 'string') throw validation('Time period is invalid.')
  if (start >= end) throw validation('Start date (and hour) should be before end date (and hour)')
  const today = dayAt(now)
  if (granularity === 'HOURLY' && start.slice(0, 10) < addDays(today, -14)) {
    throw validation(
      'Start date is more than 14 days ago for hourly granularity. Please adjust start date as we support only 14 days of data at hourly granularity.',
    )
  }
  if (start.slice(0, 10) < historyStart(today, historyMonths)) {
    throw validation("You haven't enabled historical data beyond 14 months.")
  }
  if (end.slice(0, 10) > firstDay(addMonths(monthOf(today), 1))) {
    throw validation('end date past the beginning of next month')
  }
  return { start, end }
}

function readMetrics(metrics: unknown): readonly Metric[] {
  if (!Array.isArray(metrics) || metrics.length === 0)
    throw constraint('metrics', undefined, 'Member must not be null')
  for (const metric of metrics) {
    if (!METRICS.includes(metric))
      throw constraint('metrics', metric, `Member must satisfy enum value set: [${METRICS.join(', ')}]`)
  }
  return metrics
}

function readGroupBy(groupBy: unknown): readonly Grouping[] {
  if (groupBy === undefined || groupBy === null) return []
  if (!Array.isArray(groupBy)) throw validation('Group Definition is invalid.')
  if (groupBy.length > 2) throw validation('Group by accepts at most 2 group definitions.')
  for (const { Type, Key } of groupBy as Partial<Grouping>[]) {
    if (!Type || !['DIMENSION', 'TAG', 'COST_CATEGORY'].includes(Type))
      throw validation('Group Definition type is invalid.')
    if (typeof Key !== 'string' || !Key) throw validation('Group Definition key is invalid.')
    if (Type === 'DIMENSION' && !DIMENSIONS.some(d => d === Key)) {
      throw validation(
        `Group Definition dimension is invalid: ${Key}. This simulator knows ${DIMENSIONS.join(', ')}.`,
      )
    }
  }
  if (new Set(groupBy.map((g: Grouping) => `${g.Type} ${g.Key}`)).size < groupBy.length) {
    throw validation('Group Definitions must differ.')
  }
  return groupBy
}
