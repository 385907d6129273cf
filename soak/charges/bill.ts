import { addDays, addDecimals, type CloudEvent, plainDecimal } from '@billow/core'
import { pick, upTo } from '../random.ts'
import { eventOf, type Line, makeAmount, makeLine } from './line.ts'

/** An event of the oracle's bill, and what the oracle knows of it. */
export interface Issued extends Line {
  readonly event: CloudEvent
  /** As the event writes it. */
  readonly amount: string
  /** The id of the event that it takes the place of. */
  readonly replaces?: string
}

/** A bill that is made up, goes on, and is restated; known to the last digit. */
export interface ChargeBill {
  /** Some events more, oldest first: new lines, and revisions of lines that there are. */
  issue(): readonly Issued[]
  issued(): number
  restated(): number
  /** All events less those replaced. */
  live(): readonly Issued[]
}

export interface BillOptions {
  readonly random: () => number
  readonly currencies: readonly string[]
  /** Only as our own sources do: ids are UUIDs, and no line moves to another day. */
  readonly tame?: boolean
}

/** What a sink without a stream for it refuses. */
export const FOREIGN_CURRENCY = 'EUR'

const FIRST_DAY = '2024-01-01'
/** Few days, in several months, so that each gets many lines. */
const DAYS = Array.from({ length: 30 }, (_, n) => addDays(FIRST_DAY, n * 3))
const MOST_AT_ONCE = 30
/** A provider works on so many days at a time, and then on others. */
const BUSY_DAYS = 4
const BUSY_ISSUES = 5

export function createChargeBill({ random, currencies, tame = false }: BillOptions): ChargeBill {
  const all: Issued[] = []
  /** The newest event of each line. */
  const lines: Issued[] = []
  const replaced = new Set<string>()
  let events = 0
  let revisions = 0
  let issues = 0
  let days: readonly string[] = []

  const put = (line: Line, amount: string, revision: number, before?: Issued): Issued => {
    events += 1
    const replaces = before && { replaces: before.event.id }
    const envelope = {
      id: tame ? uuid(events) : idOf(events, before ? undefined : twinOf(line, all), random),
      time: '2024-06-01T00:00:00Z',
      ...(revision > 0 && { revision }),
      ...replaces,
    }
    const issued = { ...line, event: eventOf(line, amount, envelope), amount, ...replaces }
    all.push(issued)
    if (before) replaced.add(nameOf(before.event))
    return issued
  }

  function restate(): Issued {
    const at = Math.floor(random() * lines.length)
    const before = lines[at] as Issued
    const { event, amount: _, replaces: __, ...line } = before
    revisions += 1
    // Gone, as it was before its last change, or anything else.
    const earlier = all.find(({ event }) => event.id === before.replaces)?.amount ?? '0'
    const amount = pick([() => '0', () => earlier, () => makeAmount(random)], random)()
    // Who numbers rows otherwise than ours may move one to another day.
    const moved = !tame && line.kind === 'charge' && random() < 0.1 ? { day: pick(DAYS, random) } : {}
    const next = put({ ...line, ...moved }, amount, Number(event['revision'] ?? 0) + 1, before)
    lines[at] = next
    return next
  }

  function add(): Issued {
    const currency = random() < 1 / 50 ? FOREIGN_CURRENCY : pick(currencies, random)
    // What a later pull finds for the first time has a revision, and replaces nothing.
    const issued = put(makeLine(pick(days, random), currency, random), makeAmount(random), late(random))
    if (currency !== FOREIGN_CURRENCY) lines.push(issued)
    return issued
  }

  return {
    issue() {
      if (issues % BUSY_ISSUES === 0) days = Array.from({ length: BUSY_DAYS }, () => pick(DAYS, random))
      issues += 1
      return Array.from({ length: upTo(MOST_AT_ONCE, random) }, () =>
        lines.length > 10 && random() < 0.45 ? restate() : add(),
      )
    },
    issued: () => events,
    restated: () => revisions,
    live: () =>
      all.filter(({ event, currency }) => !replaced.has(nameOf(event)) && currency !== FOREIGN_CURRENCY),
  }
}

/** An id is one of its source's: another may have the same. */
const nameOf = ({ source, id }: CloudEvent): string => `${source} ${id}`

const late = (random: () => number): number => (random() < 0.1 ? 1 : 0)

/** An id that is another's by chance; a UUID never is. */
function twinOf(line: Line, all: readonly Issued[]): string | undefined {
  const others = all.filter(({ kind, event }) => kind !== line.kind && event.id.startsWith('order/'))
  const own = new Set(all.filter(({ kind }) => kind === line.kind).map(({ event }) => event.id))
  return others.find(({ event }) => !own.has(event.id))?.event.id
}

const uuid = (number: number): string => `5f0c3a1e-7d2b-5c44-9a10-${String(number).padStart(12, '0')}`

/** Mostly as ours are; those of others may be any text. */
function idOf(number: number, twin: string | undefined, random: () => number): string {
  const drawn = random()
  if (drawn < 0.02 && twin !== undefined) return twin
  return drawn < 0.95 ? uuid(number) : `order/${number}: "Größe" ${'x'.repeat(upTo(80, random))}`
}

/** Decimals by `currency day service`. */
export type Totals = ReadonlyMap<string, string>

export const totalKey = (currency: string, day: string, service: string): string =>
  `${currency} ${day} ${service}`

/** What events add up to; sums of zero are left out. */
export function totalsOf(live: readonly Issued[]): Totals {
  const totals = new Map<string, string>()
  for (const { currency, day, service, amount } of live) {
    const key = totalKey(currency, day, service)
    totals.set(key, addDecimals(totals.get(key) ?? '0', plainDecimal(amount)))
  }
  return new Map([...totals].filter(([, amount]) => amount !== '0'))
}
