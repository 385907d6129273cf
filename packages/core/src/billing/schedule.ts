import { Cron } from 'croner'
import { addDays, dayAt, dayRange } from './day.ts'

/** When bills are pulled, and from when on a billing day may be. */
export interface Schedule {
  /** The instant from which on `day` may be pulled: the first pull hour at or after its end. */
  dueAt(day: string): Date
  /** The newest day that is due at `now`. */
  newestDue(now: Date): string
  /** The first pull after `now`. */
  nextPull(now: Date): Date
}

export interface ScheduleOptions {
  /** The hour of the pull, 1 to 23. */
  readonly hour: number
  /** The IANA zone of that hour. In a daylight-saving gap it is the first instant after it, in an overlap the first. */
  readonly zone: string
  /** The IANA zone of the billing days. */
  readonly billZone: string
}

export function createSchedule({ hour, zone, billZone }: ScheduleOptions): Schedule {
  const cron = new Cron(`0 0 ${hour} * * *`, { timezone: zone, paused: true })
  const nextPull = (now: Date): Date => {
    const next = cron.nextRun(now)
    if (!next) throw new Error(`no ${hour}:00 in ${zone} after ${now.toISOString()}`)
    return next
  }
  const dueAt = (day: string): Date => nextPull(new Date(dayRange(day, billZone).to.getTime() - 1))
  return {
    dueAt,
    nextPull,
    newestDue(now) {
      let day = dayAt(now, billZone)
      do day = addDays(day, -1)
      while (dueAt(day) > now)
      return day
    },
  }
}
