import { Type } from 'typebox'
import type { DailyBill, DayRow } from '../../src/billing/daily.ts'
import { daysBetween } from '../../src/billing/day.ts'

export interface Row {
  readonly service: string
  readonly amount: string
}

/** A provider whose bill a test writes, and which counts what it is asked. */
export interface Provider {
  /** Rows by day; a day that is left out is empty. */
  readonly days: Record<string, readonly Row[]>
  /** Throws instead of answering, by day. */
  readonly errors: Record<string, () => Error>
  /** `from..to` of each fetch. */
  readonly asked: string[]
  final: boolean
}

export function provider(days: Record<string, readonly Row[]> = {}): Provider {
  return { days, errors: {}, asked: [], final: true }
}

export function billOf(
  provider: Provider,
  options: { daysPerRequest?: number; zone?: string } = {},
): DailyBill<never, Row> {
  return {
    name: 'source-test-billing',
    config: Type.Object({}) as never,
    zone: options.zone ?? 'UTC',
    account: () => '42',
    async *fetch(from, to): AsyncGenerator<DayRow<Row>> {
      provider.asked.push(`${from}..${to}`)
      for (const day of daysBetween(from, to)) {
        for (const row of provider.days[day] ?? []) yield { day, row, final: provider.final }
        const error = provider.errors[day]
        if (error) throw error()
      }
    },
    key: row => [row.service],
    event: row => ({
      source: 'test',
      type: 'test.daily',
      data: { service: row.service, amount: row.amount },
    }),
    amount: row => ({ amount: row.amount, currency: 'USD' }),
    requests: { days: options.daysPerRequest ?? 1 },
  }
}
