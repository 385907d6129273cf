import type { CloudEvent } from '../connector.ts'
import { dayRange } from './day.ts'
import { digestOf, eventId } from './identity.ts'
import type { DayRecord } from './ledger.ts'

const TYPE = 'io.billow.billing.day'

/** Whose day it is. */
export interface DayOf {
  readonly source: string
  readonly account: string
  /** As it may be shown: an access key that stands for the account may not. */
  readonly shownAccount: string
  readonly scope: string
  readonly zone: string
}

/** Says that all events of a day's revision were acknowledged before it. Its id is made like a row's. */
export function dayEvent(
  record: DayRecord,
  { source, account, shownAccount, scope, zone }: DayOf,
): CloudEvent {
  const { day, rows, amounts, revision, final, pulledAt, readAt, dayEvent: replaces } = record
  const { from, to } = dayRange(day, zone)
  const data = {
    account: shownAccount,
    ...(scope && { scope }),
    day,
    zone,
    from: from.toISOString(),
    to: to.toISOString(),
    rows,
    amounts,
    revision,
    final,
  }
  // What it replaces is part of its name: a day may be final, then not, then final again.
  const key = [scope, ...(replaces === undefined ? [] : [replaces])]
  const name = { source, type: TYPE, account, day, key, digest: digestOf(data), n: 0, revision }
  return {
    specversion: '1.0',
    id: eventId(name),
    source,
    type: TYPE,
    subject: day,
    datacontenttype: 'application/json',
    time: readAt ?? pulledAt,
    ...(revision > 0 && { revision }),
    ...(replaces !== undefined && { replaces }),
    data,
  }
}

/** Whether a reading of a day has something new to say of it. */
export function owesDayEvent(record: DayRecord, before: DayRecord | undefined): boolean {
  if (!before || before.dayEventDue) return true
  if (before.state === 'failed' && before.dayEvent === undefined) return true
  const figures = ({ rows, amounts, revision, final }: DayRecord): string =>
    JSON.stringify([rows, amounts, revision, final])
  return figures(record) !== figures(before)
}
