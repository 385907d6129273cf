import type { State, StateWriter } from '../state/state.ts'
import type { Amounts } from './decimal.ts'

/** What the ledger knows of one billing day. */
export interface DayRecord {
  readonly day: string
  /**
   * `spooled`: whole in the spool, not all delivered. `done`: the sink has every event of it.
   * `empty`: the provider had no row. `failed`: it could not be pulled and is tried again.
   */
  readonly state: 'spooled' | 'done' | 'empty' | 'failed'
  /** 0 for the first pull, then one more for each later pull that found changes. */
  readonly revision: number
  /** Of the newest revision, and so are the amounts. */
  readonly rows: number
  /** How many events a later revision than the first sends. */
  readonly events?: number
  readonly amounts: Amounts
  /** Whether the provider called the figures final when they were pulled. */
  readonly final: boolean
  /** When the pull of this revision began: the `time` of its events. */
  readonly pulledAt: string
  /** When the day was last read again, and nothing had changed. */
  readonly readAt?: string
  /** Whether the rows are gone from the spool, so that no other reading can be compared with them. */
  readonly forgotten?: true
  /** When the sink had all of it. */
  readonly doneAt?: string
  /** How far the day is delivered. */
  readonly delivered?: Cursor
  /** Whether a day event is still to be sent; a day that has rows is not done before. */
  readonly dayEventDue?: true
  /** The id of the day event that was sent last. */
  readonly dayEvent?: string
  /** Why it could not be pulled. */
  readonly error?: string
}

/** Whether some of it is still to be delivered. */
export function isOnItsWay({ state, dayEventDue }: DayRecord): boolean {
  return state === 'spooled' || dayEventDue === true
}

/** A place in a day's spool: the last row that is safe. */
export interface Cursor {
  readonly after: string
  /** The number of that row among the rows equal to it. */
  readonly n: number
  /** How many rows are safe. */
  readonly count: number
}

/** The durable record of one account's and scope's billing days. */
export interface Ledger {
  /** Names account and scope in keys of the state. */
  readonly id: string
  /** The first scheduled day: none before it is pulled by the schedule. */
  first(): Promise<string | undefined>
  setFirst(day: string): Promise<void>
  get(day: string): Promise<DayRecord | undefined>
  /** Records in order of their days; `from` leaves out the days before it. */
  list(from?: string): AsyncIterable<DayRecord>
  set(record: DayRecord): Promise<void>
  /** Several records, all or none. */
  setAll(records: readonly DayRecord[]): Promise<void>
}

export function openLedger(state: State, account: string, scope: string): Ledger {
  const id = `${encodeURIComponent(account)}/${encodeURIComponent(scope)}`
  const first = `first/${id}`
  const prefix = `day/${id}/`
  const put = (keys: StateWriter, record: DayRecord): Promise<void> =>
    keys.set(prefix + record.day, JSON.stringify(record))
  return {
    id,
    first: () => state.get(first),
    setFirst: day => state.set(first, day),
    async get(day) {
      const text = await state.get(prefix + day)
      return text === undefined ? undefined : (JSON.parse(text) as DayRecord)
    },
    async *list(from) {
      // The key just before that of `from`: a scan leaves `after` itself out.
      const after = from === undefined ? {} : { after: prefix + from.slice(0, -1) }
      for await (const [, text] of state.scan(prefix, after)) {
        const record = JSON.parse(text) as DayRecord
        if (from === undefined || record.day >= from) yield record
      }
    },
    set: record => put(state, record),
    setAll: records =>
      state.transaction(async keys => {
        for (const record of records) await put(keys, record)
      }),
  }
}
