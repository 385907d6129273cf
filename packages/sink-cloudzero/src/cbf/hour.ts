import { Refused } from '@billow/core'
import { type Charge, isDay } from '@billow/focus'

const HOUR_MS = 3_600_000

/**
 * `time/usage_start` of a charge. A charge of a billing day is dated by the bill's own label, whatever the bill's zone:
 * the instant at which a day of UTC+8 begins is the day before in UTC, and on the 1st the month before. Another charge
 * is dated by the hour in which its period begins.
 */
export function hourOf({ x_BillingDate, ChargePeriodStart }: Charge): string {
  if (x_BillingDate) {
    if (isDay(x_BillingDate)) return `${x_BillingDate}T00:00:00Z`
    throw new Refused(
      `x_BillingDate: found "${x_BillingDate.slice(0, 40)}", a day such as 2024-08-01 is needed`,
    )
  }
  const start = Date.parse(ChargePeriodStart)
  if (/^\d{4}-.*Z$/.test(ChargePeriodStart) && !Number.isNaN(start)) {
    return new Date(Math.floor(start / HOUR_MS) * HOUR_MS).toISOString().replace('.000Z', 'Z')
  }
  throw new Refused(
    `ChargePeriodStart: found "${ChargePeriodStart.slice(0, 40)}", an instant such as 2024-08-01T00:00:00Z is needed`,
  )
}

export const dayOf = (hour: string): string => hour.slice(0, 10)
export const monthOf = (hour: string): string => hour.slice(0, 7)
