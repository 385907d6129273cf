import { createHash } from 'node:crypto'
import { compare } from '../wire.ts'
import type { DropRequest } from './body.ts'
import { CloudzeroError } from './errors.ts'
import type { CloudzeroFaults } from './faults.ts'
import type { CbfRow } from './row.ts'
import { apply, type CloudzeroTotal, type StoredRow, totalsOf } from './rows.ts'

/** What a stream holds of a month. */
export interface BillingDrop {
  /** The stream's connection id. */
  readonly connection: string
  readonly dropId: string
  /** `YYYY-MM`. */
  readonly month: string
  readonly rowCount: number
}

/** Where a request works: a stream, in the real place (an empty test key) or in that of a test key. */
export interface Place {
  readonly connection: string
  readonly testKey: string
}

/** What would come of a request; `commit` makes it so. */
export interface Plan {
  readonly drop: BillingDrop
  readonly commit: () => void
}

export interface Drops {
  /** Throws `CloudzeroError` over the limits of a month. */
  readonly plan: (place: Place, request: DropRequest) => Plan
  /** By month. */
  readonly list: (place: Place) => readonly BillingDrop[]
  /** The rows of a month, as they are or as they were before its newest change; nothing where it has no drop. */
  readonly rows: (place: Place, month: string, when?: 'now' | 'before') => readonly CbfRow[] | undefined
  readonly totals: (place: Place, month: string) => readonly CloudzeroTotal[]
}

interface Month {
  readonly drop: BillingDrop
  readonly place: Place
  readonly stored: readonly StoredRow[]
  readonly before: readonly StoredRow[]
  /** Milliseconds since 1970 of the newest change. */
  readonly changed: number
}

const MAX_ROWS = 1_000_000
const MAX_MONTH_BYTES = 70_000_000
const TEST_KEY_MS = 3_600_000

export function createDrops(limits: () => CloudzeroFaults, now: () => Date): Drops {
  const months = new Map<string, Month>()
  const lasts = ({ place, changed }: Month) => !place.testKey || now().getTime() - changed < TEST_KEY_MS

  function find(place: Place, month: string): Month | undefined {
    const found = months.get(idOf(place, month))
    return found && lasts(found) ? found : undefined
  }

  function plan(place: Place, request: DropRequest): Plan {
    const { month } = request
    const id = idOf(place, month)
    const before = find(place, month)?.stored ?? []
    const stored = apply(before, request)
    const { maxRows = MAX_ROWS, maxMonthBytes = MAX_MONTH_BYTES } = limits()
    if (stored.length > maxRows)
      throw new CloudzeroError(400, `${month} would have more than ${maxRows} rows`)
    if (stored.reduce((total, { bytes }) => total + bytes, 0) > maxMonthBytes) {
      throw new CloudzeroError(400, `${month} would have more than ${maxMonthBytes} bytes`)
    }
    const drop = { connection: place.connection, dropId: uuid(id), month, rowCount: stored.length }
    const commit = () => void months.set(id, { drop, place, stored, before, changed: now().getTime() })
    return { drop, commit }
  }

  const list = ({ connection, testKey }: Place) =>
    [...months.values()]
      .filter(({ place }) => place.connection === connection && place.testKey === testKey)
      .filter(lasts)
      .map(({ drop }) => drop)
      .sort((a, b) => compare(a.month, b.month))

  const rows = (place: Place, month: string, when: 'now' | 'before' = 'now') => {
    const found = find(place, month)
    return found && (when === 'now' ? found.stored : found.before).map(({ row }) => row)
  }

  return { plan, list, rows, totals: (place, month) => totalsOf(find(place, month)?.stored ?? []) }
}

const idOf = ({ connection, testKey }: Place, month: string) => JSON.stringify([connection, testKey, month])

/** The same text has the same id in every run. */
function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
