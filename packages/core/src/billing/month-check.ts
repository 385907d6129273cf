import type { Static, TSchema } from 'typebox'
import type { Context } from '../connector.ts'
import { describeError } from '../errors.ts'
import { METRICS, named } from '../telemetry/metrics.ts'
import type { DailyBill } from './daily.ts'
import { addDays, dayAt, monthRange } from './day.ts'
import { compareMonth, type MonthLine, sumMonth } from './month.ts'
import type { OpenBill } from './open-bill.ts'

/** A comparison, kept: no reading of the same days is paid for twice, and a restart knows the figures. */
interface Compared {
  /** Of the newest reading that it knew. */
  readonly readAt: string
  readonly lines: readonly MonthLine[]
}

/**
 * Compares the newest month that is over, and those others of which a day was read, with the provider's own totals,
 * unless a day is missing. The difference becomes a metric. What cannot be compared holds nothing up.
 */
export async function checkMonths<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  open: OpenBill,
  read: readonly string[],
  context: Context<Static<S>>,
): Promise<void> {
  const gauge = context.meter.createGauge(...named(METRICS.monthDifference))
  const today = dayAt(open.clock.now(), open.zone)
  const before = addDays(`${today.slice(0, 7)}-01`, -1)
  for (const month of new Set([before, ...read].map(day => day.slice(0, 7)))) {
    if (monthRange(month).to >= today) continue
    for (const { currency, difference } of await linesOf(bill, open, month, context)) {
      gauge.record(Number(difference), { month, currency })
    }
  }
}

async function linesOf<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  open: OpenBill,
  month: string,
  context: Context<Static<S>>,
): Promise<readonly MonthLine[]> {
  const { log, signal, state } = context
  const sum = await sumMonth(open, month)
  if (sum.missing.length > 0) return []
  const key = `month/${open.ledger.id}/${month}`
  const text = await state.get(key)
  const known = text === undefined ? undefined : (JSON.parse(text) as Compared)
  if (known?.readAt === sum.readAt) return known.lines
  try {
    const lines = await compareMonth(bill, sum, context)
    await state.set(key, JSON.stringify({ readAt: sum.readAt, lines } satisfies Compared))
    for (const line of lines) sayLine(month, line, log)
    return lines
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ month, reason: describeError(error) }, "the provider's total of the month cannot be read")
    return known?.lines ?? []
  }
}

function sayLine(month: string, line: MonthLine, log: Context['log']): void {
  const { month: total, ...rest } = line
  const facts = { month, total, ...rest }
  if (line.difference === '0') log.info(facts, "the month's days are the provider's total")
  else log.warn(facts, "the month's days are not the provider's total: see days --month")
}
