import type { Static, TSchema } from 'typebox'
import type { Command } from '../command.ts'
import { formatTable } from '../commands/table.ts'
import type { DailyBill } from './daily.ts'
import { parseDay, parseMonth } from './day.ts'
import type { Amounts } from './decimal.ts'
import type { DayRecord } from './ledger.ts'
import { eventsOf } from './deliver.ts'
import { reconcile } from './reconcile.ts'
import { openBill } from './open-bill.ts'

/** `days`: the ledger. */
export function daysCommand<S extends TSchema, Row>(bill: DailyBill<S, Row>): Command<Static<S>> {
  return {
    summary: 'Show the ledger: what is known of each billing day',
    options: {
      from: { type: 'string', value: 'DAY', summary: 'The first day to show' },
      to: { type: 'string', value: 'DAY', summary: 'The last day to show' },
      ...(bill.monthTotals && {
        month: {
          type: 'string',
          value: 'MONTH',
          summary: "The sum of a month's days, such as 2024-02, beside the provider's own total",
        },
        yes: { type: 'boolean', summary: 'Do not ask before a request that costs money' },
      }),
    },
    async run(call) {
      const { context, options, terminal } = call
      if (typeof options['month'] === 'string')
        return reconcile(bill, parseMonth(options['month'], '--month'), call)
      const from = typeof options['from'] === 'string' ? parseDay(options['from'], '--from') : undefined
      const to = typeof options['to'] === 'string' ? parseDay(options['to'], '--to') : undefined
      const { account, ledger } = await openBill(bill, context)
      const records: DayRecord[] = []
      for await (const record of ledger.list(from))
        if (to === undefined || record.day <= to) records.push(record)
      if (options['json']) {
        terminal.print(JSON.stringify({ account, zone: bill.zone, days: records.map(publicRecord) }))
        return 0
      }
      terminal.print(`account ${account}, days in ${bill.zone}`)
      terminal.print(
        records.length > 0
          ? formatTable(['day', 'state', 'rows', 'amount', 'revision', 'pulled', 'note'], records.map(line))
          : 'The ledger is empty: no day was pulled yet.',
      )
      return 0
    },
  }
}

/** A day's state as users see it: figures that the provider may still change say so. */
export function stateOf(record: DayRecord): string {
  return record.state === 'done' && !record.final ? 'provisional' : record.state
}

export function formatAmounts(amounts: Amounts): string {
  return Object.entries(amounts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => `${amount} ${currency}`)
    .join(', ')
}

function publicRecord(record: DayRecord): Record<string, unknown> {
  const { delivered, forgotten: _, dayEventDue: __, ...rest } = record
  const sent = record.doneAt ? eventsOf(record) : (delivered?.count ?? 0)
  return { ...rest, state: stateOf(record), delivered: sent }
}

function line(record: DayRecord): string[] {
  const { day, rows, amounts, revision, pulledAt, delivered, error } = record
  const what = revision === 0 ? 'rows' : 'changes'
  const note =
    error ??
    (record.state === 'spooled' ? `${delivered?.count ?? 0} of ${eventsOf(record)} ${what} delivered` : '')
  return [day, stateOf(record), String(rows), formatAmounts(amounts), String(revision), pulledAt, note]
}
