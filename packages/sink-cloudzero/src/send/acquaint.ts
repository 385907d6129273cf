import { Refused, type State } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import { nameOf } from './bundles.ts'
import type { AnycostStream } from '../client.ts'
import type { Stream } from '../config.ts'
import { dayOf } from '../cbf/hour.ts'
import { isNothing } from '../cbf/net.ts'
import type { Operation } from './pack.ts'
import { readMonth } from './read-month.ts'
import { changedSlot, placeOf, readSlot, type Slot, scanSlots, writeSlot } from '../kept/slots.ts'
import { takeIn } from '../kept/take-in.ts'

interface Acquainting {
  readonly state: State
  readonly stream: Stream
  readonly client: AnycostStream
  readonly month: string
  /** The slots that were not read back before. */
  readonly slots: readonly Slot[]
  /**
   * What will be done: `replace_drop` replaces all hours of the month, so that all are taken in; `sum` adds only, so that
   * rows of others stay as they are.
   */
  readonly operation: Operation
  readonly now: Date
}

/** Rows of a day that somebody else wrote. */
interface Foreign {
  rows: number
  readonly example: CbfRow
  readonly hours: Set<string>
}

/** What came of a reading. */
interface Acquainted {
  /** Slots that must not be sent, since others write there too, each with the reason. */
  readonly refused: ReadonlyMap<Slot, Refused>
  /** Slots of which only others have rows, and which a person gave away: they changed. */
  readonly taken: readonly Slot[]
}

/**
 * Reads a month before slots of it are sent for the first time, so that nothing is replaced that is not known: rows of ours
 * are taken in.
 */
export async function acquaint(options: Acquainting): Promise<Acquainted> {
  const { state, stream, client, month, slots, operation, now } = options
  const whole = operation === 'replace_drop'
  const adding = operation === 'sum'
  const { currency } = stream
  const ids = new Set<string>()
  const wanted = new Set(slots.map(({ hour }) => hour))
  const days = new Set(slots.map(({ hour }) => dayOf(hour)))
  const foreign = new Map<string, Foreign>()

  const note = (row: CbfRow, hour: string): void => {
    const found = foreign.get(dayOf(hour)) ?? { rows: 0, example: row, hours: new Set() }
    found.rows += 1
    foreign.set(dayOf(hour), found)
    found.hours.add(hour)
  }
  const takeAll = (rows: Iterable<readonly [hour: string, row: CbfRow]>): Promise<void> =>
    state.transaction(async keys => {
      for (const [hour, row] of rows) {
        if (!whole && !days.has(dayOf(hour))) continue
        const slot = { currency, hour }
        const here = whole || wanted.has(hour)
        if (!(await takeIn(keys, slot, row, { here, taken: ids }))) note(row, hour)
        else if (here && !wanted.has(hour)) {
          wanted.add(hour)
          await writeSlot(keys, slot, await readSlot(keys, slot))
        }
      }
    })

  const hours = await readMonth({
    client,
    month,
    ...(adding ? { gathered: (hour: string) => wanted.has(hour) } : { onRows: takeAll }),
  })
  if (adding) {
    for (const hour of wanted) {
      const rows = [...(hours.get(hour)?.net.values() ?? [])].filter(row => !isNothing(row))
      await takeAll(rows.map(row => [hour, row] as const))
    }
    foreign.clear()
  }

  const refused = new Map<Slot, Refused>()
  const taken: Slot[] = []
  await state.transaction(async keys => {
    const mayReplace = new Set<string>()
    for await (const [slot, record] of scanSlots(keys, currency, `${month}-`)) {
      if (record.mayReplace) mayReplace.add(dayOf(slot.hour))
    }
    const spoilt = new Map([...foreign].filter(([day]) => !mayReplace.has(day)))
    for (const slot of slots) {
      const [first] = whole ? spoilt.keys() : [dayOf(slot.hour)]
      const found = first === undefined ? undefined : spoilt.get(first)
      if (found) refused.set(slot, notOurs(stream, first as string, found))
    }
    if (whole && refused.size > 0) return
    for (const hour of wanted) {
      const slot = { currency, hour }
      if ([...refused.keys()].some(one => placeOf(one) === placeOf(slot))) continue
      await writeSlot(keys, slot, {
        ...(await readSlot(keys, slot)),
        connection: stream.connection,
        operation,
      })
    }
    if (whole) return
    for (const [day, { hours }] of foreign) {
      if (!mayReplace.has(day)) continue
      for (const hour of hours) {
        if (wanted.has(hour)) continue
        const slot = { currency, hour }
        const record = changedSlot(await readSlot(keys, slot), now.toISOString())
        await writeSlot(keys, slot, { ...record, mayReplace: true })
        taken.push(slot)
      }
    }
  })
  return { refused, taken }
}

function notOurs({ currency, connection }: Stream, day: string, { rows, example }: Foreign): Refused {
  const { 'lineitem/id': id, 'resource/service': service } = example
  const named = [id && `lineitem/id ${id}`, service].filter(Boolean).join(', ') || 'without lineitem/id'
  return new Refused(
    `${nameOf({ currency, hour: `${day}T00:00:00Z` })} in the ${currency} stream ${connection} has ${rows} ${rows === 1 ? 'row' : 'rows'} that somebody else wrote (one: ${named}), which sending the day would wipe out; ` +
      `give this sink a connection of its own, or have them replaced with: take-over --currency ${currency} --day ${day}`,
  )
}
