import { setTimeout as wait } from 'node:timers/promises'
import { type Attributes, diag, type Meter, type ObservableResult } from '@opentelemetry/api'
import { type Family, familyText, type Kind, labelsText, prometheusName, type Series } from './exposition.ts'
import { createMeter } from './meter.ts'

/** What a process recorded, kept as plain numbers, so that recording costs next to nothing. */
export interface Registry {
  /** A meter that adds `labels` to all that it records, and passes it on to `other`, where there is one. */
  meter(labels: Attributes, other?: Meter): Meter
  /** All of it, as Prometheus reads it. What is recorded between two awaits is seen whole or not at all. */
  text(): Promise<string>
}

/** What meters record into. */
export interface Book {
  /** The metric of a name; one that exists already with another kind is kept out of the text. */
  family(
    kind: Kind,
    name: string,
    options?: { description?: string; unit?: string; bounds?: readonly number[] },
  ): OpenFamily
  /** Asked at each reading. */
  readonly observers: Set<Observer>
}

export interface OpenFamily extends Family {
  series(attributes: Attributes): Series
}

/** Says what is true now. */
export type Observer = (into: (family: OpenFamily) => ObservableResult) => unknown

/** As the SDK of OpenTelemetry has it: more series of one metric become one, so that memory stays bounded. */
const MOST_SERIES = 2000
const OVERFLOW = { 'otel.metric.overflow': true }
/** How long a reading waits for those who must look something up. */
const PATIENCE_MS = 2000

type SeriesMap = Map<string, Series>

export function createRegistry(): Registry {
  const families = new Map<string, { family: OpenFamily; kept: SeriesMap }>()
  const observers = new Set<Observer>()

  const book: Book = {
    observers,
    family(kind, name, { description = '', unit = '', bounds = [] } = {}) {
      const promName = prometheusName(name, kind, unit)
      const known = families.get(promName)
      if (known?.family.kind === kind) return known.family
      const kept: SeriesMap = new Map()
      const family: OpenFamily = {
        name: promName,
        kind,
        help: description || name,
        bounds,
        series: attributes => seriesIn(kept, attributes, bounds.length),
      }
      if (known)
        diag.error(`the metric ${promName} is a ${known.family.kind} already; this ${kind} is not shown`)
      else families.set(promName, { family, kept })
      return family
    },
  }

  /** What the observers see, which holds for this reading only. */
  const observe = async (): Promise<Map<OpenFamily, SeriesMap>> => {
    const seen = new Map<OpenFamily, SeriesMap>()
    const into = (family: OpenFamily): ObservableResult => ({
      observe(value, attributes = {}) {
        const series = seen.get(family) ?? new Map()
        seen.set(family, series)
        seriesIn(series, attributes, 0).value = value
      },
    })
    const asked = Array.from(observers, async observer => {
      await observer(into)
    })
    await Promise.race([Promise.allSettled(asked), wait(PATIENCE_MS, undefined, { ref: false })])
    return seen
  }

  return {
    meter: (labels, other) => createMeter(book, labels, other),
    async text() {
      const seen = await observe()
      const texts = Array.from(families.values(), ({ family, kept }) =>
        familyText(family, (seen.get(family) ?? kept).values()),
      )
      return texts.join('')
    },
  }
}

function seriesIn(known: SeriesMap, attributes: Attributes, bounds: number): Series {
  const given = labelsText(attributes)
  const labels = known.has(given) || known.size < MOST_SERIES ? given : labelsText(OVERFLOW)
  let series = known.get(labels)
  if (!series) {
    series = { labels, value: 0, count: 0, counts: Array.from({ length: bounds }, () => 0) }
    known.set(labels, series)
  }
  return series
}
