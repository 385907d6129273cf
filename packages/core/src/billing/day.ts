import { Temporal } from 'temporal-polyfill'
import { UsageError } from '../errors.ts'

/** Arithmetic on billing days, which are labels: `YYYY-MM-DD` without a zone. */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString()
}

/** The days from `from` to `to`, both included, oldest first. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

/** The first instant of a day in a zone: where midnight is skipped, the first instant after it. */
export function dayStart(day: string, zone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(zone).startOfDay().epochMilliseconds)
}

/** The exact range of a day in UTC: `from` is its first instant, `to` the first instant after it. */
export function dayRange(day: string, zone: string): { readonly from: Date; readonly to: Date } {
  return { from: dayStart(day, zone), to: dayStart(addDays(day, 1), zone) }
}

/** The day that a zone's calendar shows at an instant. */
export function dayAt(instant: Date, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString()
}

/** The first and the last day of a month, `YYYY-MM`. */
export function monthRange(month: string): { readonly from: string; readonly to: string } {
  const { daysInMonth } = Temporal.PlainYearMonth.from(month)
  return { from: `${month}-01`, to: `${month}-${String(daysInMonth).padStart(2, '0')}` }
}

/** Reads a month that a person typed. */
export function parseMonth(text: string, flag: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text
  throw new UsageError(`${flag}: found "${text}"; give a month such as 2024-02`)
}

/** Reads a day that a person typed. */
export function parseDay(text: string, flag: string): string {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text).toString()
  } catch {
    // No such day in the calendar: said below.
  }
  throw new UsageError(`${flag}: found "${text}"; give a day of the calendar such as 2024-02-29`)
}
