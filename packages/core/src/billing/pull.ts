import type { Static, TSchema } from 'typebox'
import type { Context } from '../connector.ts'
import { BillowError } from '../errors.ts'
import type { DailyBill } from './daily.ts'
import { owesDayEvent } from './day-event.ts'
import { daysBetween } from './day.ts'
import { type Amounts, addAmount } from './decimal.ts'
import type { DayRecord } from './ledger.ts'
import type { OpenBill } from './open-bill.ts'
import { writeRevision } from './restatement.ts'
import { spoolRow } from './spool.ts'

interface Tally {
  rows: number
  amounts: Amounts
  final: boolean
}

/**
 * Fetches days whole into the spool. Only when the last row is on the disk does the ledger say so, for all of the
 * days at once: a crash before that leaves nothing that counts. A day that was delivered before is compared with what
 * was sent of it: what changed is its next revision.
 */
export async function pullDays<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  open: OpenBill,
  { from, to }: { from: string; to: string },
  context: Context<Static<S>>,
): Promise<readonly DayRecord[]> {
  const { ledger, spool } = open
  const pulledAt = context.clock.now().toISOString()
  const days = daysBetween(from, to)
  const tallies = new Map<string, Tally>(days.map(day => [day, { rows: 0, amounts: {}, final: true }]))
  const known = new Map<string, DayRecord>()
  const sent = new Map<string, DayRecord>()
  for (const day of days) {
    const record = await ledger.get(day)
    if (record) known.set(day, record)
    if (record?.state === 'done') {
      sent.set(day, record)
      await spool.tidy(day, record.revision)
    } else await spool.clear(day)
  }
  // With a full disk, each attempt would pay for rows that cannot be kept.
  if (bill.requests?.price) await spool.prove()

  const revisionOf = (day: string): number => {
    const before = sent.get(day)
    return before ? before.revision + 1 : 0
  }
  const writer = spool.write()
  for await (const { day, row, final } of bill.fetch(from, to, context)) {
    context.signal.throwIfAborted()
    const tally = tallies.get(day)
    if (!tally) throw new BillowError(`asked for ${from} to ${to}, but a row of "${day}" came`)
    await writer.add(day, revisionOf(day), spoolRow(bill.key(row), bill.event(row)))
    const { amount, currency } = bill.amount(row)
    tally.rows += 1
    tally.amounts = addAmount(tally.amounts, currency, amount)
    tally.final &&= final
  }
  // A fetch that ended quietly because it was told to stop may have left rows out.
  context.signal.throwIfAborted()
  await writer.close()

  const records: DayRecord[] = []
  for (const [day, { rows, amounts, final: isFinal }] of tallies) {
    const final = isFinal && rows > 0
    const before = sent.get(day)
    const pulled = { day, revision: revisionOf(day), rows, amounts, final, pulledAt }
    if (!before) {
      records.push({ ...pulled, state: rows > 0 ? 'spooled' : 'empty' })
      continue
    }
    const events = await changesOf(bill, open, before, pulledAt, context)
    records.push(
      events > 0 ? { ...pulled, state: 'spooled', events } : { ...before, final, readAt: pulledAt },
    )
  }
  const { day_events } = context.config as { readonly day_events?: boolean }
  const noted = records.map(record => noteDayEvent(record, known.get(record.day), day_events === true))
  await ledger.setAll(noted)
  return noted
}

/** That a day event is due is as durable as the day's rows. What was said before stays known. */
function noteDayEvent(record: DayRecord, before: DayRecord | undefined, wanted: boolean): DayRecord {
  return {
    ...record,
    ...(wanted && owesDayEvent(record, before) && { dayEventDue: true }),
    ...(before?.dayEvent !== undefined && { dayEvent: before.dayEvent }),
  }
}

async function changesOf<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  { spool, account }: OpenBill,
  { day, revision, pulledAt: before }: DayRecord,
  pulledAt: string,
  { signal }: Context<Static<S>>,
): Promise<number> {
  const { zero } = bill
  if (!zero) throw new BillowError(`${day} was sent already, and its bill cannot take rows back`)
  const events = await writeRevision(spool, {
    day,
    account,
    revision,
    times: [before, pulledAt],
    zero,
    signal,
  })
  if (events === 0) await spool.tidy(day, revision)
  return events
}
