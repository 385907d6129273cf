import { addDays, addMonths, daysBetween, firstDay, monthOf } from '../days.ts'
import { awsAmount, sum } from '../decimal.ts'
import { compare } from '../wire.ts'
import type { CostRow, Metric } from './cost-row.ts'
import { dimension } from './filter.ts'
import type { Ledger } from './ledger.ts'
import type { CostRequest, Grouping } from './request.ts'

type MetricValues = Readonly<Record<string, { Amount: string; Unit: string }>>

export interface Period {
  readonly TimePeriod: { readonly Start: string; readonly End: string }
  readonly Estimated: boolean
  /** The whole period, where nothing is grouped. */
  readonly Total: MetricValues
  readonly Groups: readonly { readonly Keys: readonly string[]; readonly Metrics: MetricValues }[]
}

/** All periods of a request, groups sorted by their keys. */
export function costPeriods(request: CostRequest, ledger: Ledger, now: Date): Period[] {
  const { filter, metrics, groupBy } = request
  const values = (rows: readonly CostRow[]) => metricValues(rows, metrics, ledger.bill.currency)
  return spans(request).map(({ start, end, rowsOf }) => {
    const rows = rowsOf(ledger, now).filter(filter)
    const common = {
      TimePeriod: { Start: start, End: end },
      Estimated: ledger.estimated(lastDayOf(end), now),
    }
    if (groupBy.length === 0) return { ...common, Total: values(rows), Groups: [] }
    const groups = Map.groupBy(rows, row => JSON.stringify(groupBy.map(group => keyOf(row, group))))
    const Groups = [...groups]
      .map(([keys, rows]) => ({ Keys: JSON.parse(keys) as string[], Metrics: values(rows) }))
      .sort((a, b) => compare(a.Keys.join('\u0000'), b.Keys.join('\u0000')))
    return { ...common, Total: {}, Groups }
  })
}

interface Span {
  readonly start: string
  readonly end: string
  readonly rowsOf: (ledger: Ledger, now: Date) => readonly CostRow[]
}

function spans({ start, end, granularity }: CostRequest): Span[] {
  if (granularity === 'HOURLY') return hours(start, end)
  const days = daysBetween(start, addDays(end, -1))
  const of = (days: readonly string[]) => (ledger: Ledger, now: Date) =>
    days.flatMap(day => [...ledger.rows(day, now)])
  if (granularity === 'DAILY')
    return days.map(day => ({ start: day, end: addDays(day, 1), rowsOf: of([day]) }))
  return [...Map.groupBy(days, monthOf)].map(([month, days]) => {
    const next = firstDay(addMonths(month, 1))
    return { start: days[0] ?? start, end: next < end ? next : end, rowsOf: of(days) }
  })
}

function hours(start: string, end: string): Span[] {
  const spans: Span[] = []
  const text = (ms: number) => new Date(ms).toISOString().replace('.000', '')
  for (let ms = Date.parse(start); ms < Date.parse(end); ms += 3_600_000) {
    const hour = text(ms)
    const rowsOf: Span['rowsOf'] = (ledger, now) =>
      ledger.hour(hour.slice(0, 10), Number(hour.slice(11, 13)), now)
    spans.push({ start: hour, end: text(ms + 3_600_000), rowsOf })
  }
  return spans
}

/** The last day that a period touches; its month decides whether the figures are estimates. */
const lastDayOf = (end: string) => (end.includes('T') ? end.slice(0, 10) : addDays(end, -1))

/** No row carries a tag or a cost category: `Environment$` is what Cost Explorer calls those. */
function keyOf(row: CostRow, { Type, Key }: Grouping): string {
  return Type === 'DIMENSION' ? dimension(row, Key) : `${Key}$`
}

function metricValues(rows: readonly CostRow[], metrics: readonly Metric[], currency: string): MetricValues {
  return Object.fromEntries(
    metrics.map(metric => {
      const Amount = awsAmount(sum(rows.map(row => row.amounts[metric])))
      return [metric, { Amount, Unit: metric.endsWith('Cost') ? currency : 'N/A' }]
    }),
  )
}
