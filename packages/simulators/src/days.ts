const DAY_MS = 86_400_000

/** Days since 1970-01-01; a billing day is a label without a zone. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS
}

export function dayFromNumber(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10)
}

/** Whether the text is a day of the calendar, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

export function addDays(day: string, days: number): string {
  return dayFromNumber(dayNumber(day) + days)
}

/** The days from `from` to `to`, both included, oldest first. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let n = dayNumber(from); n <= dayNumber(to); n++) days.push(dayFromNumber(n))
  return days
}

/** `YYYY-MM` moved by whole months. */
export function addMonths(month: string, months: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
}

export const monthOf = (day: string): string => day.slice(0, 7)

export const firstDay = (month: string): string => `${month}-01`

export const lastDay = (month: string): string => addDays(firstDay(addMonths(month, 1)), -1)

/** The calendar day at an instant, `hours` east of UTC. */
export function dayAt(instant: Date, hours = 0): string {
  return new Date(instant.getTime() + hours * 3_600_000).toISOString().slice(0, 10)
}

/** The first instant of a day, `hours` east of UTC, in milliseconds since 1970. */
export function dayStart(day: string, hours = 0): number {
  return dayNumber(day) * DAY_MS - hours * 3_600_000
}
