import type { Charge } from './charge.ts'

type Periods = Pick<
  Charge,
  'ChargePeriodStart' | 'ChargePeriodEnd' | 'BillingPeriodStart' | 'BillingPeriodEnd' | 'x_BillingDate'
>

/** An instant as FOCUS writes it: `2024-08-01T00:00:00Z`. */
export const instant = (time: string | number): string => new Date(time).toISOString().replace('.000Z', 'Z')

// Offsets are fixed: no day of a bill is longer than another.
const DAY_MS = 86_400_000

/**
 * A billing day and its month as exact ranges in UTC, ends exclusive, and the day as the bill labels it. `offset` is
 * where the bill's days begin: `Z`, or `+08:00` for a bill whose day starts at 16:00Z of the day before.
 */
export function dayPeriods(day: string, offset: string): Periods {
  const start = Date.parse(`${day}T00:00:00${offset}`)
  const month = (label: string): string => instant(Date.parse(`${label}-01T00:00:00${offset}`))
  return {
    ChargePeriodStart: instant(start),
    ChargePeriodEnd: instant(start + DAY_MS),
    BillingPeriodStart: month(day.slice(0, 7)),
    BillingPeriodEnd: month(nextMonth(day)),
    x_BillingDate: day,
  }
}

function nextMonth(day: string): string {
  const [year, month] = day.split('-').map(Number) as [number, number]
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7)
}
