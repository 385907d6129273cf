import type { Static, TSchema } from 'typebox'
import type { CloudEvent, Context } from '../connector.ts'
import { Retryable } from '../errors.ts'
import type { State } from '../state/state.ts'
import type { DailyBill, Money } from './daily.ts'
import { toEvent } from './deliver.ts'
import { digestOf } from './identity.ts'
import { type DayRecord, openLedger } from './ledger.ts'
import { type OpenBill, openBill } from './open-bill.ts'
import { pullDays } from './pull.ts'
import { type DayRange, rangesOf } from './ranges.ts'
import { type Span, wholeDays } from './span.ts'
import { openSpool } from './spool.ts'

/** Days of a bill, for who reads them without sending them. Nothing that is kept is fetched again. */
export interface BillDays {
  /** The same wherever the same account's bill is read, whatever is read of it. */
  readonly id: string
  /** Whose bill it is, as it may be shown. */
  readonly account: string
  /** The IANA zone of its days. */
  readonly zone: string
  /** The days whose rows the ledger keeps; those of which it knows that there are none too. */
  readonly kept: readonly BillDay[]
  /** The others, as `fetch` takes them: each is one request at the least. */
  readonly missing: readonly DayRange[]
  /** What a request costs; left out where it is free. */
  readonly price?: Money
  /**
   * Reads days whole from the provider into a state that is thrown away afterwards. The ledger does not hear of it.
   * Throws what the provider's API does.
   */
  fetch(range: DayRange, scratch: State): Promise<readonly BillDay[]>
}

/** A day that can be read, as often as it is asked for. */
export interface BillDay {
  /** The billing day, `YYYY-MM-DD`. */
  readonly day: string
  readonly rows: number
  /** Whether the provider called the figures final; never where there is no row. */
  readonly final: boolean
  /** When it was read from the provider. */
  readonly readAt: string
  /**
   * Its live events: all that were or will be delivered, less those that were replaced or taken back. Throws
   * `Retryable` where the day was pulled anew meanwhile.
   */
  events(): AsyncIterable<CloudEvent>
}

/** @throws UsageError for a day that is not over. */
export async function billDays<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  context: Context<Static<S>>,
  span: Span,
): Promise<BillDays> {
  const wanted = wholeDays(span, bill.zone, context.clock)
  const open = await openBill(bill, context)
  const kept: BillDay[] = []
  const missing: string[] = []
  for (const day of wanted) {
    const record = await open.ledger.get(day)
    if (record && isKept(record)) kept.push(dayOf(record, open))
    else missing.push(day)
  }
  const { days = 1, price } = bill.requests ?? {}
  return {
    id: digestOf([open.source, open.account]),
    account: open.shownAccount,
    zone: bill.zone,
    kept,
    missing: rangesOf(missing, days),
    ...(price && { price }),
    async fetch(range, scratch) {
      const ledger = openLedger(scratch, open.account, open.scope)
      const aside = { ...open, ledger, spool: openSpool(scratch, ledger.id) }
      const records = await pullDays(bill, aside, range, context)
      return records.map(record => dayOf(record, aside))
    },
  }
}

/** A day that failed has no rows, and of one that lies far back they are gone. */
const isKept = ({ state, forgotten }: DayRecord): boolean =>
  state === 'empty' || (state !== 'failed' && !forgotten)

function dayOf(record: DayRecord, open: OpenBill): BillDay {
  const { day, rows, final, pulledAt, readAt = pulledAt } = record
  return { day, rows, final, readAt, events: () => liveEvents(record, open) }
}

async function* liveEvents(record: DayRecord, open: OpenBill): AsyncGenerator<CloudEvent> {
  let rows = 0
  for await (const row of open.spool.rows(record.day, record.revision)) {
    rows += 1
    yield toEvent(row, record, open)
  }
  // Whoever pulls the day at the same time clears away what it is compared with no more.
  if (rows !== record.rows) throw new Retryable(`${record.day} was pulled anew while it was read; try again`)
}
