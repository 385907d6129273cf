import type {
  Attributes,
  BatchObservableCallback,
  Meter,
  MetricOptions,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api'
import type { Kind, Series } from './exposition.ts'
import type { Book, Observer, OpenFamily } from './registry.ts'

/** Seconds, for durations from a fast answer to a slow one. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** A meter of the OpenTelemetry API that writes to a book, and to `other`. */
export function createMeter(book: Book, labels: Attributes, other?: Meter): Meter {
  const merged = (attributes?: Attributes): Attributes => ({ ...attributes, ...labels })

  /** A series by its attributes. Those that are frozen are known by themselves, without a look at what they say. */
  const finder = (family: OpenFamily): ((attributes?: Attributes) => Series) => {
    const known = new WeakMap<Attributes, Series>()
    return (attributes = NONE) => {
      const found = known.get(attributes)
      if (found) return found
      const series = family.series(merged(attributes))
      if (Object.isFrozen(attributes)) known.set(attributes, series)
      return series
    }
  }

  const adding = (kind: Kind, name: string, options?: MetricOptions) => {
    const find = finder(book.family(kind, name, options))
    const twin =
      kind === 'counter' ? other?.createCounter(name, options) : other?.createUpDownCounter(name, options)
    return {
      add(value: number, attributes?: Attributes) {
        if (kind === 'counter' && !(value >= 0)) return
        find(attributes).value += value
        twin?.add(value, merged(attributes))
      },
    }
  }

  const twins = new WeakMap<
    Observable,
    { readonly family: OpenFamily; readonly twin: Observable | undefined }
  >()

  const observable = (
    kind: Kind,
    name: string,
    options: MetricOptions | undefined,
    twin?: Observable,
  ): Observable => {
    const family = book.family(kind, name, options)
    const undo = new Map<ObservableCallback, () => void>()
    const instrument: Observable = {
      addCallback(callback) {
        const observer: Observer = into =>
          callback({ observe: (value, attributes) => into(family).observe(value, merged(attributes)) })
        const passOn: ObservableCallback = result =>
          callback({ observe: (value, attributes) => result.observe(value, merged(attributes)) })
        book.observers.add(observer)
        twin?.addCallback(passOn)
        undo.set(callback, () => {
          book.observers.delete(observer)
          twin?.removeCallback(passOn)
        })
      },
      removeCallback(callback) {
        undo.get(callback)?.()
        undo.delete(callback)
      },
    }
    twins.set(instrument, { family, twin })
    return instrument
  }

  const undoBatch = new Map<BatchObservableCallback, () => void>()
  return {
    createCounter: (name, options) => adding('counter', name, options),
    createUpDownCounter: (name, options) => adding('gauge', name, options),
    createGauge(name, options) {
      const find = finder(book.family('gauge', name, options))
      const twin = other?.createGauge(name, options)
      return {
        record(value, attributes) {
          find(attributes).value = value
          twin?.record(value, merged(attributes))
        },
      }
    },
    createHistogram(name, options) {
      const bounds = options?.advice?.explicitBucketBoundaries ?? SECONDS
      const find = finder(book.family('histogram', name, { ...options, bounds }))
      const twin = other?.createHistogram(name, options)
      return {
        record(value, attributes) {
          const series = find(attributes)
          series.value += value
          series.count += 1
          const index = bounds.findIndex(bound => value <= bound)
          if (index >= 0) series.counts[index] = (series.counts[index] ?? 0) + 1
          twin?.record(value, merged(attributes))
        },
      }
    },
    createObservableCounter: (name, options) =>
      observable('counter', name, options, other?.createObservableCounter(name, options)),
    createObservableGauge: (name, options) =>
      observable('gauge', name, options, other?.createObservableGauge(name, options)),
    createObservableUpDownCounter: (name, options) =>
      observable('gauge', name, options, other?.createObservableUpDownCounter(name, options)),
    addBatchObservableCallback(callback, observables) {
      const observer: Observer = into =>
        callback({
          observe(instrument, value, attributes) {
            const known = twins.get(instrument)
            if (known) into(known.family).observe(value, merged(attributes))
          },
        })
      const passOn: BatchObservableCallback = result =>
        callback({
          observe(instrument, value, attributes) {
            const twin = twins.get(instrument)?.twin
            if (twin) result.observe(twin, value, merged(attributes))
          },
        })
      const passedOn = observables.flatMap(instrument => twins.get(instrument)?.twin ?? [])
      book.observers.add(observer)
      other?.addBatchObservableCallback(passOn, passedOn)
      undoBatch.set(callback, () => {
        book.observers.delete(observer)
        other?.removeBatchObservableCallback(passOn, passedOn)
      })
    },
    removeBatchObservableCallback(callback) {
      undoBatch.get(callback)?.()
      undoBatch.delete(callback)
    },
  }
}

const NONE: Attributes = Object.freeze({})
