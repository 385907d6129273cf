import type { Batch, CloudEvent } from '../connector.ts'
import { createFilling } from '../connect/filling.ts'
import { dayEvent } from './day-event.ts'
import { eventId } from './identity.ts'
import type { DayRecord } from './ledger.ts'
import type { OpenBill } from './open-bill.ts'
import type { NumberedRow } from './spool.ts'

/** What is left of a day, as batches: its rows, then its day event. The commit of the last one makes the day done. */
export async function* deliverDay(record: DayRecord, open: OpenBill): AsyncGenerator<Batch> {
  if (record.state === 'spooled') yield* deliverRows(record, open)
  if (!record.dayEventDue) return
  const { ledger, clock } = open
  const event = dayEvent(record, open)
  yield {
    events: [event],
    inTurn: true,
    async commit() {
      const { dayEventDue: _, ...said } = { ...record, dayEvent: event.id }
      await ledger.set(record.state === 'spooled' ? done(said, clock.now()) : said)
    },
  }
}

async function* deliverRows(record: DayRecord, open: OpenBill): AsyncGenerator<Batch> {
  const { ledger, spool, clock, log } = open
  const filling = createFilling()
  for await (const row of spool.outgoing(record.day, record.revision, record.delivered)) {
    const { cursor } = row
    const last = cursor.count === eventsOf(record)
    const full = filling.add(toEvent(row, record, open), row.bytes)
    if (!last && !full) continue
    yield {
      ...filling.take(),
      async commit() {
        const isDone = last && !record.dayEventDue
        await ledger.set(isDone ? done(record, clock.now()) : { ...record, delivered: cursor })
        if (last) log.info({ day: record.day, events: cursor.count, revision: record.revision }, 'delivered')
      },
    }
  }
}

/** How many events the newest revision of a day sends. */
export function eventsOf({ events, rows }: DayRecord): number {
  return events ?? rows
}

function done({ delivered: _, ...record }: DayRecord, now: Date): DayRecord {
  return { ...record, state: 'done', doneAt: now.toISOString() }
}

/** A row as the event that it was or will be sent as. */
export function toEvent(row: NumberedRow, record: DayRecord, { account, stamp }: OpenBill): CloudEvent {
  const { event, key, digest, n, revision = record.revision, time = record.pulledAt, replaces } = row
  const { source, type, subject, dataschema, data } = event
  const { day } = record
  const whole = {
    specversion: '1.0',
    id: row.id ?? eventId({ source, type, account, day, key, digest, n, revision }),
    source,
    type,
    datacontenttype: 'application/json',
    ...(dataschema !== undefined && { dataschema }),
    ...(subject !== undefined && { subject }),
    time,
    ...(revision > 0 && { revision }),
    ...(replaces !== undefined && { replaces }),
    data,
  }
  const stamped = stamp?.(whole)
  return stamped ? { ...whole, data: stamped } : whole
}
