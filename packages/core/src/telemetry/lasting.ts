import type { Meter } from '@opentelemetry/api'

/** What still looks at a connector's state between two readings, by meter. */
const lasting = new WeakMap<Meter, Map<string, () => void>>()

/** Keeps an observer until another one of its name takes its place, or all of the meter's end. */
export function keepObserver(meter: Meter, name: string, forget: () => void): void {
  const kept = lasting.get(meter) ?? new Map<string, () => void>()
  lasting.set(meter, kept)
  kept.get(name)?.()
  kept.set(name, forget)
}

export function endObservers(meter: Meter): void {
  for (const forget of lasting.get(meter)?.values() ?? []) forget()
  lasting.delete(meter)
}
