import { type Static, type TObject, Type } from 'typebox'
import type { Source } from '../connector.ts'
import { observeBill } from '../telemetry/bill.ts'
import { billDays } from './bill-days.ts'
import { daysCommand } from './days-command.ts'
import type { DailyBill } from './daily.ts'
import { pullCommand } from './pull-command.ts'
import { createSchedule } from './schedule.ts'
import { openBill } from './open-bill.ts'
import { readDueDays } from './read-due-days.ts'

export const scheduleConfig = Type.Object({
  pull_hour: Type.Integer({
    minimum: 1,
    maximum: 23,
    default: 2,
    description: 'The hour at which the bill of the newest whole day is pulled, from 1 to 23',
  }),
  pull_zone: Type.String({
    format: 'time-zone',
    default: 'UTC',
    description: 'The IANA time zone of `pull_hour`, such as `UTC` or `Asia/Shanghai`',
  }),
  catch_up_days: Type.Integer({
    minimum: 1,
    default: 31,
    description:
      'How many days back missed days are pulled without being asked for; a warning names those further back',
  }),
})
const dayEventsConfig = Type.Object({
  day_events: Type.Boolean({
    default: false,
    description:
      "Whether an event `io.billow.billing.day` with the day's rows and sums follows when all events of a day were acknowledged",
  }),
})
const monthConfig = Type.Object({
  month_check: Type.Boolean({
    default: false,
    description:
      "Whether a month that is over is compared with the provider's own total after each pull that read a day of it, as a metric and in the log; it takes one request, of a paid API too",
  }),
})
const resyncConfig = Type.Object({
  resync_days: Type.Integer({
    minimum: 0,
    default: 0,
    description:
      'At each pull, read this many of the newest days again, and every month that is not closed, and send what changed; 0 reads each day once',
  }),
})
type ResyncConfig = Partial<Static<typeof resyncConfig>>
export type ScheduleConfig = Static<typeof scheduleConfig>

/**
 * Makes a source of a bill that is read day by day. Schedule, ledger, spool, catch-up and backfill are done here:
 * a day is pulled once it is over and due, whole, and delivered from the spool, so that a crash repeats no request.
 * A bill with `zero` is read again as `resync_days` says, and what changed is sent as the day's next revision.
 */
export function dailySource<S extends TObject, Row>(bill: DailyBill<S, Row>): Source<S> {
  return {
    name: bill.name,
    config: Type.Interface([bill.config], {
      ...scheduleConfig.properties,
      ...(bill.zero && resyncConfig.properties),
      ...dayEventsConfig.properties,
      ...(bill.monthTotals && monthConfig.properties),
    }) as unknown as S,
    order: 'ordered',
    ...(bill.check && { check: bill.check }),
    commands: { pull: pullCommand(bill), days: daysCommand(bill) },
    days: (context, span) => billDays(bill, context, span),
    async *read(context) {
      const config = context.config as unknown as ScheduleConfig & ResyncConfig
      const { pull_hour: hour, pull_zone: zone, catch_up_days, resync_days = 0 } = config
      const open = await openBill(bill, context)
      const schedule = createSchedule({ hour, zone, billZone: bill.zone })
      const reach = { catchUpDays: catch_up_days, resyncDays: resync_days }
      observeBill(context.meter, { ...open, schedule, zone: bill.zone })
      yield* readDueDays(bill, open, schedule, reach, context)
    },
  }
}
