import { Refused, type State } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import { nameOf } from './bundles.ts'
import type { AnycostStream } from '../client.ts'
import type { Stream } from '../config.ts'
import { dayOf } from '../cbf/hour.ts'
import { isNothing } from '../cbf/net.ts'
import { readMonth } from './read-month.ts'
import { placeOf, readSlot, type Slot, scanSlots, writeSlot } from '../kept/slots.ts'
import { takeIn } from '../kept/take-in.ts'

interface Acquainting {
  readonly state: State
  readonly stream: Stream
  readonly client: AnycostStream
  readonly month: string
  /** The slots that were not read back before. */
  readonly slots: readonly Slot[]
  /** All hours of the month are taken in, since all of it will be replaced. */
  readonly whole: boolean
  /** Rows are added only, so that those of others stay as they are. */
  readonly adding: boolean
}

/** Rows of a day that somebody else wrote. */
interface Foreign {
  rows: number
  readonly example: CbfRow
}

/**
 * Reads a month before slots of it are sent for the first time, so that nothing is replaced that is not known: rows of ours
 * are taken in. Resolves to the slots that must not be sent, since others write there too, each with the reason.
 */
export async function acquaint(options: Acquainting): Promise<ReadonlyMap<Slot, Refused>> {
  const { state, stream, client, month, slots, whole, adding } = options
  const { currency } = stream
  const wanted = new Set(slots.map(({ hour }) => hour))
  const days = new Set(slots.map(({ hour }) => dayOf(hour)))
  const foreign = new Map<string, Foreign>()

  const note = (row: CbfRow, day: string): void => {
    const known = foreign.get(day)
    if (known) known.rows += 1
    else foreign.set(day, { rows: 1, example: row })
  }
  const takeAll = (rows: Iterable<readonly [hour: string, row: CbfRow]>): Promise<void> =>
    state.transaction(async keys => {
      for (const [hour, row] of rows) {
        if (!whole && !days.has(dayOf(hour))) continue
        const slot = { currency, hour }
        const here = whole || wanted.has(hour)
        if (!(await takeIn(keys, slot, row, here))) note(row, dayOf(hour))
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
      })
    }
  })
  return refused
}

function notOurs({ currency, connection }: Stream, day: string, { rows, example }: Foreign): Refused {
  const { 'lineitem/id': id, 'resource/service': service } = example
  const named = [id && `lineitem/id ${id}`, service].filter(Boolean).join(', ') || 'without lineitem/id'
  return new Refused(
    `${nameOf({ currency, hour: `${day}T00:00:00Z` })} in the ${currency} stream ${connection} has ${rows} ${rows === 1 ? 'row' : 'rows'} that somebody else wrote (one: ${named}), which sending the day would wipe out; ` +
      `give this sink a connection of its own, or have them replaced with: take-over --currency ${currency} --day ${day}`,
  )
}
