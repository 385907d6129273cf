import type { DailyBill } from './daily.ts'
import { digestOf, eventId } from './identity.ts'
import type { NumberedRow, Sent, Spool, SpoolRow } from './spool.ts'

/** Rows of two revisions that belong together. Without `after` the row is gone, without `before` it is new. */
interface Pair {
  readonly before?: NumberedRow
  readonly after?: NumberedRow
}

/** A day's rows as they were sent and as they were read again. */
interface Readings {
  readonly before: () => AsyncIterable<NumberedRow>
  readonly after: () => AsyncIterable<NumberedRow>
}

export interface Restated {
  readonly day: string
  readonly account: string
  /** The revision that was delivered. The rows that were read again are in the spool as the next one. */
  readonly revision: number
  /** When that one was pulled, and when the next. */
  readonly times: readonly [before: string, after: string]
  readonly zero: NonNullable<DailyBill['zero']>
  readonly signal: AbortSignal
}

/**
 * Writes the next revision of a day: what it sends, and under which id each of its rows is known from then on.
 * @returns how many events it sends; 0 where nothing changed, and then nothing is written.
 */
export async function writeRevision(spool: Spool, restated: Restated): Promise<number> {
  const { day, account, zero, signal } = restated
  const [timeBefore, time] = restated.times
  const revision = restated.revision + 1
  const readings: Readings = {
    before: () => spool.rows(day, restated.revision),
    after: () => spool.rows(day, revision),
  }
  if (!(await differ(readings))) return 0

  const idOf = (row: SpoolRow, n: number, revision: number): string =>
    eventId({ source: row.event.source, type: row.event.type, account, day, ...row, n, revision })
  // Of the first revision, an id follows from the place; later ones keep it with the row.
  const sentBefore = (row: NumberedRow): Sent => ({
    id: row.id ?? idOf(row, row.n, restated.revision),
    revision: row.revision ?? restated.revision,
    time: row.time ?? timeBefore,
    ...(row.replaces !== undefined && { replaces: row.replaces }),
  })
  const countNew = counter()
  const countGone = counter()
  const writer = spool.write()
  let events = 0
  for await (const { before, after } of pairs(readings)) {
    signal.throwIfAborted()
    if (after && before?.group === after.group) {
      await writer.setSent(after, sentBefore(before))
      continue
    }
    const replaces = before && sentBefore(before).id
    events += 1
    if (after) {
      const id = idOf(after, countNew(after.group), revision)
      const sent = { id, revision, time, ...(replaces && { replaces }) }
      await writer.setSent(after, sent)
      const { key, digest, event } = after
      await writer.addChange(day, revision, { key, digest, event, ...sent })
    } else if (before && replaces) {
      const event = { ...before.event, data: zero(before.event.data, before.event.type) }
      const row = { key: before.key, digest: digestOf(event.data), event }
      // Below zero, so that it never meets the number of a row that is really there.
      const id = idOf(row, -1 - countGone(JSON.stringify(before.key)), revision)
      await writer.addChange(day, revision, { ...row, id, replaces })
    }
  }
  await writer.close()
  return events
}

/** Counts from 0 as long as the name stays the same: rows of one name come one after the other. */
function counter(): (name: string) => number {
  let current: string | undefined
  let next = 0
  return name => {
    if (name !== current) next = 0
    current = name
    return next++
  }
}

async function differ({ before, after }: Readings): Promise<boolean> {
  for await (const pair of join(before(), after())) if (!pair.before || !pair.after) return true
  return false
}

/**
 * Equal rows belong together; of what is left of a key, old and new rows do in the order of their digests. The rows
 * are read twice, so that memory holds no more than a few of them, however many a key has.
 */
async function* pairs({ before, after }: Readings): AsyncGenerator<Pair> {
  const gone = goneOf(join(before(), after()))
  let old = await gone.next()
  for await (const pair of join(before(), after())) {
    if (!pair.after) continue
    if (pair.before) {
      yield pair
      continue
    }
    const key = JSON.stringify(pair.after.key)
    while (!old.done && compare(JSON.stringify(old.value.key), key) < 0) {
      yield { before: old.value }
      old = await gone.next()
    }
    if (!old.done && JSON.stringify(old.value.key) === key) {
      yield { before: old.value, after: pair.after }
      old = await gone.next()
    } else yield pair
  }
  for (; !old.done; old = await gone.next()) yield { before: old.value }
}

async function* goneOf(joined: AsyncIterable<Pair>): AsyncGenerator<NumberedRow> {
  for await (const { before, after } of joined) if (before && !after) yield before
}

/** A full outer merge join on key and digest; of equal rows, as many meet as both sides have. */
async function* join(
  before: AsyncIterable<NumberedRow>,
  after: AsyncIterable<NumberedRow>,
): AsyncGenerator<Pair> {
  const olds = before[Symbol.asyncIterator]()
  const news = after[Symbol.asyncIterator]()
  let old = await olds.next()
  let fresh = await news.next()
  while (!old.done || !fresh.done) {
    const order = old.done ? 1 : fresh.done ? -1 : compare(old.value.group, fresh.value.group)
    yield {
      ...(order <= 0 && { before: old.value as NumberedRow }),
      ...(order >= 0 && { after: fresh.value as NumberedRow }),
    }
    if (order <= 0) old = await olds.next()
    if (order >= 0) fresh = await news.next()
  }
}

/** The order of the state's keys, which is that of code points: `<` would compare the halves of surrogate pairs. */
function compare(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}
