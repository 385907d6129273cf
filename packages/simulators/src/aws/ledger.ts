import type { Billed, Correction } from '../bills/bill.ts'
import { restatementOf } from '../bills/visibility.ts'
import { addMonths, dayStart, daysBetween, firstDay, monthOf } from '../days.ts'
import { multiply, part, sum } from '../decimal.ts'
import type { Amounts, CostBill, CostRow } from './cost-row.ts'

const HOUR_MS = 3_600_000

/** The bill as it shows at an instant. */
export interface Ledger {
  readonly bill: CostBill
  /** A day's rows; the day that is under way shows the hours that have passed. */
  readonly rows: (day: string, now: Date) => readonly CostRow[]
  /** The rows of the hour that begins `hour` hours into a day: an even share of the day. */
  readonly hour: (day: string, hour: number, now: Date) => readonly CostRow[]
  /** Whether figures of the month may still change. */
  readonly estimated: (day: string, now: Date) => boolean
  readonly correct: (correction: Correction) => void
  readonly billed: (from: string, to: string, now: Date) => Billed[]
}

export interface Levels {
  readonly lagHours?: number
  readonly restatement?: boolean
}

export function createLedger(bill: CostBill, seed: number, levels: () => Levels): Ledger {
  const corrections: Correction[] = []

  /** Cost Explorer's months close in the first days of the next one; here on its sixth day. */
  const closes = (day: string) => dayStart(`${addMonths(monthOf(day), 1)}-06`)

  function final(day: string, now: Date): readonly CostRow[] {
    const { restatement = false } = levels()
    return bill.rows(day).flatMap(row => {
      let factor = corrections
        .filter(c => c.day === day && c.service === row.service)
        .reduce((product, c) => multiply(product, c.factor), '1')
      if (restatement) {
        const words = [row.account, row.service, row.region, row.usageType, row.recordType, day].join(' ')
        const { arrives, changes, before } = restatementOf(
          seed,
          words,
          dayStart(day) + 24 * HOUR_MS,
          closes(day),
        )
        if (now.getTime() < arrives) return []
        if (now.getTime() < changes) factor = multiply(factor, `${before}e-3`)
      }
      return factor === '1' ? [row] : [withAmounts(row, amount => multiply(amount, factor))]
    })
  }

  /** Whole hours of the day that show: 0 to 24. */
  function hours(day: string, now: Date): number {
    const passed = Math.floor((now.getTime() - dayStart(day)) / HOUR_MS) - (levels().lagHours ?? 0)
    return Math.min(24, Math.max(0, passed))
  }

  function rows(day: string, now: Date): readonly CostRow[] {
    const shown = hours(day, now)
    if (shown === 0) return []
    const all = final(day, now)
    return shown === 24 ? all : all.map(row => withAmounts(row, amount => part(amount, shown, 24)))
  }

  function hour(day: string, hour: number, now: Date): readonly CostRow[] {
    if (hours(day, now) <= hour) return []
    return final(day, now).map(row =>
      withAmounts(row, amount => {
        const until = (h: number) => (h === 24 ? amount : part(amount, h, 24))
        return sum([until(hour + 1), multiply(until(hour), '-1')])
      }),
    )
  }

  function billed(from: string, to: string, now: Date): Billed[] {
    return daysBetween(from, to).flatMap(day => {
      const services = Map.groupBy(rows(day, now), row => row.service)
      return [...services].map(([service, rows]): Billed => {
        const amount = sum(rows.map(row => row.amounts.UnblendedCost))
        const net = sum(rows.map(row => row.amounts.NetUnblendedCost))
        const { currency } = bill
        return { provider: 'aws', day, service, name: service, currency, amount, net, rows: rows.length }
      })
    })
  }

  return {
    bill,
    rows,
    hour,
    estimated: (day, now) => now.getTime() < closes(day),
    correct: correction => corrections.push(correction),
    billed,
  }
}

function withAmounts(row: CostRow, change: (amount: string) => string): CostRow {
  const changed = Object.entries(row.amounts).map(([metric, amount]) => [metric, change(amount)])
  return { ...row, amounts: Object.fromEntries(changed) as Amounts }
}

/** The first day that Cost Explorer still answers for: `months` whole months before the current one. */
export function historyStart(today: string, months: number): string {
  return firstDay(addMonths(monthOf(today), -months))
}
