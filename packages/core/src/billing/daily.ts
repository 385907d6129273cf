import type { Static, TSchema } from 'typebox'
import type { CloudEvent, Context } from '../connector.ts'
import type { Amounts } from './decimal.ts'

/** A row of a bill as `fetch` yields it. */
export interface DayRow<Row> {
  /** The billing day, `YYYY-MM-DD`, as the bill labels it. */
  readonly day: string
  readonly row: Row
  /** Whether the provider calls the day's figures final. */
  readonly final: boolean
}

/** An amount of money: plain or exponent decimal text, never a binary fraction. */
export interface Money {
  readonly amount: string
  readonly currency: string
}

/** What an author writes for a bill that is read day by day; `dailySource` makes a source of it. */
export interface DailyBill<S extends TSchema = TSchema, Row = unknown> {
  readonly name: string
  /** The connector's own keys; `pull_hour`, `pull_zone`, `catch_up_days`, `resync_days` and `day_events` are added. */
  readonly config: S
  /** The IANA zone in which the bill's days begin and end, such as `UTC` or `Asia/Shanghai`. */
  readonly zone: string
  /** Proves credentials and permissions at the least cost; returns lines that tell the user what was seen. */
  check?(context: Context<Static<S>>): Promise<readonly string[]>
  /** The `source` of its events, for those about whole days; the connector's name if left out. */
  readonly source?: string
  /** Whose bill it is. With `scope` it names the ledger: another account is another ledger. */
  account(context: Context<Static<S>>): string | Promise<string>
  /** What is read of it, such as the event type and the grouping; left out where there is only one. */
  scope?(config: Static<S>): string
  /** Reads the days `from` to `to`, both included, whole, in any order. Throws rather than leave a row out. */
  fetch(from: string, to: string, context: Context<Static<S>>): AsyncIterable<DayRow<Row>>
  /** The fields that name a row within its day: never a figure, never a display name. */
  key(row: Row): readonly string[]
  /** The event of a row, without what the runtime adds: `id` and `time`. */
  event(row: Row): BillEvent
  /** The row's amount for the ledger; the figure that a user would sum. */
  amount(row: Row): Money
  /**
   * An event's data with 0 in place of each figure that a receiver might sum, all else unchanged: it is sent for a row
   * that the provider took back. Left out: days are read once, and there is no `resync_days`.
   */
  zero?(data: BillEvent['data'], type: string): BillEvent['data']
  /**
   * The data of an event as it leaves, with what only the whole event says, such as its id or what it replaces. It is
   * in no spool and no digest, so no id depends on it. Nothing: the data that `event` gave.
   */
  stamp?(event: CloudEvent): BillEvent['data'] | undefined
  /** The provider's own totals of a month, `YYYY-MM`, of the figure that `amount` gives: one request. */
  monthTotals?(month: string, context: Context<Static<S>>): Promise<MonthTotals>
  /** What requests cost. Left out: they are free and cover one day each. */
  readonly requests?: {
    /** How many days one `fetch` may cover at the most. */
    readonly days: number
    /** The price of one request. */
    readonly price?: Money
  }
}

/** A month as the provider sums it up itself. */
export interface MonthTotals {
  readonly amounts: Amounts
  /** What the provider lets off in rounding the month: taken off `amounts`, and in none of the days. */
  readonly roundDown?: Amounts
}

export type BillEvent = Pick<CloudEvent, 'source' | 'type' | 'subject' | 'dataschema'> & {
  readonly data: Readonly<Record<string, unknown>>
}
