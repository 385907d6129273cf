import { dayStart, isDay, monthOf } from '../days.ts'

/** What the service keeps of a time: its hour, and the month that it is billed in, both in UTC. */
export interface Hour {
  /** Milliseconds since 1970 at which the hour begins. */
  readonly start: number
  /** `YYYY-MM-DD`. */
  readonly day: string
}

const HOUR_MS = 3_600_000
const TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([+-]\d\d:\d\d|Z)?$/

/** Reads an ISO 8601 date and time, UTC where it names no zone; nothing for other text, and for days that no calendar has. */
export function readHour(text: string): Hour | undefined {
  const [, day = '', , , zone] = TIME.exec(text) ?? []
  if (!isDay(day)) return undefined
  const time = Date.parse(zone ? text : `${text}Z`)
  if (Number.isNaN(time)) return undefined
  const start = Math.floor(time / HOUR_MS) * HOUR_MS
  return { start, day: new Date(start).toISOString().slice(0, 10) }
}

/** Reads a month: `2024-08`, or any time in it. */
export function readMonth(text: string): string | undefined {
  if (/^\d{4}-\d\d$/.test(text)) return isDay(`${text}-01`) ? text : undefined
  const hour = readHour(text)
  return hour && monthOf(hour.day)
}

/** A month as the service writes it. */
export const monthTime = (month: string): string =>
  `${new Date(dayStart(`${month}-01`)).toISOString().slice(0, 19)}+00:00`
