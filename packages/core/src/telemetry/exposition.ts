import type { Attributes } from '@opentelemetry/api'

export type Kind = 'counter' | 'gauge' | 'histogram'

/** One line of values that belong together: a number, and for a histogram the counts below each bound. */
export interface Series {
  /** As they stand between braces; empty where there are none. */
  readonly labels: string
  /** Of a histogram the sum. */
  value: number
  count: number
  readonly counts: number[]
}

export interface Family {
  /** As Prometheus knows it. */
  readonly name: string
  readonly kind: Kind
  readonly help: string
  /** Upper bounds of a histogram's buckets, ascending. */
  readonly bounds: readonly number[]
}

/** What Prometheus reads: its text format, version 0.0.4. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Units of UCUM that have a name at Prometheus. */
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' }

/** The name that OpenTelemetry's specification gives a metric at Prometheus: `billow.events.read` is `billow_events_read_total`. */
export function prometheusName(name: string, kind: Kind, unit = ''): string {
  const plain = sanitize(name)
  const suffix = unit === '1' && kind === 'gauge' ? 'ratio' : UNITS[unit]
  const measured = suffix && !plain.endsWith(`_${suffix}`) ? `${plain}_${suffix}` : plain
  return kind === 'counter' && !measured.endsWith('_total') ? `${measured}_total` : measured
}

export function labelsText(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${sanitize(name)}="${escapeValue(String(value))}"`)
    .toSorted()
    .join(',')
}

/** A metric with its series; nothing where there are none. */
export function familyText({ name, kind, help, bounds }: Family, series: Iterable<Series>): string {
  const lines: string[] = []
  for (const { labels, value, count, counts } of series) {
    if (kind !== 'histogram') {
      lines.push(lineOf(name, labels, value))
      continue
    }
    let below = 0
    for (const [index, bound] of bounds.entries()) {
      below += counts[index] ?? 0
      lines.push(lineOf(`${name}_bucket`, withBound(labels, String(bound)), below))
    }
    lines.push(lineOf(`${name}_bucket`, withBound(labels, '+Inf'), count))
    lines.push(lineOf(`${name}_sum`, labels, value), lineOf(`${name}_count`, labels, count))
  }
  if (lines.length === 0) return ''
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n${lines.join('\n')}\n`
}

const lineOf = (name: string, labels: string, value: number): string =>
  `${name}${labels && `{${labels}}`} ${numberText(value)}`

const withBound = (labels: string, bound: string): string => `${labels && `${labels},`}le="${bound}"`

const sanitize = (name: string): string => name.replaceAll(/[^A-Za-z0-9_]+/g, '_')
const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"')

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}
