import { setTimeout as wait } from 'node:timers/promises'
import { UsageError } from './errors.ts'

/** The time, handed to everything that needs it, so that a test or `--clock` can set it. */
export interface Clock {
  now(): Date
  /** Resolves after `ms` milliseconds; rejects at once with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

const sleep: Clock['sleep'] = (ms, signal) => wait(ms, undefined, signal ? { signal } : {})

export const systemClock: Clock = { now: () => new Date(), sleep }

/** A clock that starts at `instant` and ticks on from there. */
export function clockFrom(instant: Date, base: Clock = systemClock): Clock {
  const offset = instant.getTime() - base.now().getTime()
  return { now: () => new Date(base.now().getTime() + offset), sleep: base.sleep }
}

/** Reads `--clock`: a day (noon UTC of it) or an ISO 8601 instant with its zone. */
export function parseClock(text: string): Clock {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  const instant = new Date(day ? `${text}T12:00:00Z` : text)
  // `Date` takes the 30th of February for the 1st of March.
  const label = text.slice(0, 10)
  const real = !Number.isNaN(instant.getTime()) && new Date(label).toISOString().startsWith(label)
  if ((!day && !zoned) || !real) {
    throw new UsageError(
      `--clock: found "${text}"; give a day such as 2023-11-15, or an instant such as 2023-11-15T02:00:00Z`,
    )
  }
  return clockFrom(instant)
}
