import type { Static, TSchema } from 'typebox'
import type { Context } from '../connector.ts'
import { BillowError } from '../errors.ts'
import type { DailyBill } from './daily.ts'
import { daysBetween } from './day.ts'
import { type Amounts, addAmount } from './decimal.ts'
import type { DayRecord, Ledger } from './ledger.ts'
import { type Spool, spoolRow } from './spool.ts'

interface Tally {
  rows: number
  amounts: Amounts
  final: boolean
}

/**
 * Fetches days whole into the spool. Only when the last row is on the disk does the ledger say so, for all of the
 * days at once: a crash before that leaves nothing that counts.
 */
export async function pullDays<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  { ledger, spool }: { ledger: Ledger; spool: Spool },
  { from, to }: { from: string; to: string },
  context: Context<Static<S>>,
): Promise<readonly DayRecord[]> {
  const pulledAt = context.clock.now().toISOString()
  const days = daysBetween(from, to)
  const tallies = new Map<string, Tally>(days.map(day => [day, { rows: 0, amounts: {}, final: true }]))
  for (const day of days) await spool.clear(day)
  // With a full disk, each attempt would pay for rows that cannot be kept.
  if (bill.requests?.price) await spool.prove()

  const writer = spool.write()
  for await (const { day, row, final } of bill.fetch(from, to, context)) {
    context.signal.throwIfAborted()
    const tally = tallies.get(day)
    if (!tally) throw new BillowError(`asked for ${from} to ${to}, but a row of "${day}" came`)
    await writer.add(day, 0, spoolRow(bill.key(row), bill.event(row)))
    const { amount, currency } = bill.amount(row)
    tally.rows += 1
    tally.amounts = addAmount(tally.amounts, currency, amount)
    tally.final &&= final
  }
  // A fetch that ended quietly because it was told to stop may have left rows out.
  context.signal.throwIfAborted()
  await writer.close()

  const records = [...tallies].map(
    ([day, tally]): DayRecord => ({
      day,
      state: tally.rows > 0 ? 'spooled' : 'empty',
      revision: 0,
      ...tally,
      final: tally.final && tally.rows > 0,
      pulledAt,
    }),
  )
  await ledger.setAll(records)
  return records
}
