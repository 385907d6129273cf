import type { Billed, Correction } from '../bills/bill.ts'
import { restatementOf } from '../bills/visibility.ts'
import { addMonths, dayStart, daysBetween, monthOf } from '../days.ts'
import { multiply, sum } from '../decimal.ts'
import { type BillRow, payer, scaleAmounts, amountsOf, mapCharges } from './bill-row.ts'
import { productName } from './catalogue.ts'

const HOUR_MS = 3_600_000
/** Days of the bill are days of UTC+8. */
export const ZONE_HOURS = 8

/** The bill as it shows at an instant. */
export interface Ledger {
  /** A day's account bill. */
  readonly rows: (day: string, now: Date) => readonly BillRow[]
  /** The rows that the instance bill has by then: it comes as much later again. */
  readonly settled: (day: string, now: Date) => readonly BillRow[]
  /** A row that comes in while somebody reads: it takes the first place of its day. */
  readonly late: (day: string) => void
  readonly correct: (correction: Correction) => void
  readonly billed: (from: string, to: string, now: Date) => Billed[]
}

export interface Levels {
  readonly lagHours?: number
  readonly restatement?: boolean
}

export function createLedger(
  bill: (day: string) => readonly BillRow[],
  seed: number,
  levels: () => Levels,
): Ledger {
  const corrections: Correction[] = []
  const lateRows = new Map<string, BillRow[]>()

  /** Noon of the third day of the next month, UTC+8. */
  const closes = (day: string) => dayStart(`${addMonths(monthOf(day), 1)}-03`, ZONE_HOURS) + 12 * HOUR_MS

  function shown(day: string, now: Date, lags: number): readonly BillRow[] {
    const end = dayStart(day, ZONE_HOURS) + 24 * HOUR_MS
    const { lagHours = 0, restatement = false } = levels()
    if (now.getTime() < end + lags * lagHours * HOUR_MS) return []
    return [...(lateRows.get(day) ?? []), ...bill(day)].flatMap(row => {
      let factor = corrections
        .filter(c => c.day === day && c.service === row.productCode)
        .reduce((product, c) => multiply(product, c.factor), '1')
      if (restatement) {
        const words = [row.owner.id, row.productCode, row.item, day].join(' ')
        const { arrives, changes, before } = restatementOf(seed, words, end, closes(day))
        if (now.getTime() < arrives) return []
        if (now.getTime() < changes) factor = multiply(factor, `${before}e-3`)
      }
      return factor === '1' ? [row] : [{ ...row, amounts: scaleAmounts(row.amounts, factor, row.owner) }]
    })
  }

  function late(day: string): void {
    const rows = lateRows.get(day) ?? []
    const gross = `0.${String(rows.length + 1).padStart(4, '0')}`
    const amounts = amountsOf(mapCharges(charge => (charge === 'PretaxGrossAmount' ? gross : '0')))
    const row: BillRow = {
      day,
      owner: payer,
      productCode: 'actiontrail',
      subscriptionType: 'PayAsYouGo',
      item: 'PayAsYouGoBill',
      amounts,
    }
    lateRows.set(day, [row, ...rows])
  }

  const rows = (day: string, now: Date) => shown(day, now, 1)

  function billed(from: string, to: string, now: Date): Billed[] {
    return daysBetween(from, to).flatMap(day => {
      const groups = Map.groupBy(rows(day, now), row => `${row.productCode} ${row.owner.currency}`)
      return [...groups.values()].map((group): Billed => {
        const [first] = group as [BillRow]
        const amount = sum(group.map(row => row.amounts.PretaxAmount))
        const { productCode: service, owner } = first
        const { currency } = owner
        const [name, net, rows] = [productName(service), amount, group.length]
        return { provider: 'alicloud', day, service, name, currency, amount, net, rows }
      })
    })
  }

  return {
    rows,
    settled: (day, now) => shown(day, now, 2),
    late,
    correct: correction => corrections.push(correction),
    billed,
  }
}
