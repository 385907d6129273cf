import { addDays } from './day.ts'
import { openMonths, type Reach } from './due-days.ts'
import { type DayRecord, isOnItsWay } from './ledger.ts'
import type { OpenBill } from './open-bill.ts'

/**
 * Forgets the rows of days that cannot change any more. The ledger says so first: after a crash in between, no day is
 * compared with half of its rows.
 */
export async function forgetOldRows(
  { ledger, spool }: OpenBill,
  newest: string,
  reach: Reach,
): Promise<void> {
  const records: DayRecord[] = []
  for await (const record of ledger.list()) records.push(record)
  const first = firstKept(records, newest, reach)
  const gone = records.filter(({ day, forgotten }) => day < first && !forgotten)
  if (gone.length > 0) await ledger.setAll(gone.map(record => ({ ...record, forgotten: true })))
  await spool.clearBefore(first)
}

/**
 * Rows are kept while they may change: those of the newest day's month and the month before, and what is read again.
 * Those that are not delivered yet, of an old day too.
 */
function firstKept(records: readonly DayRecord[], newest: string, { resyncDays }: Reach): string {
  const lastOfMonthBefore = addDays(`${newest.slice(0, 7)}-01`, -1)
  const months = resyncDays > 0 ? [...openMonths(records)] : []
  return [
    `${lastOfMonthBefore.slice(0, 7)}-01`,
    addDays(newest, 1 - resyncDays),
    ...months.map(month => `${month}-01`),
    ...records.filter(isOnItsWay).map(({ day }) => day),
  ].reduce((a, b) => (a < b ? a : b))
}
