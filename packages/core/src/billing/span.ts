import type { Clock } from '../clock.ts'
import type { CommandCall } from '../command.ts'
import { UsageError } from '../errors.ts'
import { addDays, dayAt, daysBetween, parseDay } from './day.ts'

/** Billing days that a person asks for, both included. */
export interface Span {
  readonly from: string
  readonly to: string
}

/** Reads `--from` and `--to`; without `--to` it is one day. */
export function parseSpan(command: string, { from: first, to: last }: CommandCall['options']): Span {
  if (typeof first !== 'string')
    throw new UsageError(`${command}: --from is missing; give a day such as 2024-02-29`)
  const from = parseDay(first, '--from')
  const to = typeof last === 'string' ? parseDay(last, '--to') : from
  if (to < from) throw new UsageError(`${command}: --to ${to} is before --from ${from}`)
  return { from, to }
}

/** All days of a span, oldest first. A day that is not over has no bill. */
export function wholeDays({ from, to }: Span, zone: string, clock: Clock): string[] {
  const newest = addDays(dayAt(clock.now(), zone), -1)
  if (to <= newest) return daysBetween(from, to)
  throw new UsageError(
    `${to} is not over in ${zone}, the zone of the bill; the newest whole day is ${newest}`,
  )
}
