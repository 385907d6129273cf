import type { State } from '@billow/core'
import { dayOf } from '../cbf/hour.ts'
import { isNothing } from '../cbf/net.ts'
import type { CbfRow } from '../cbf/row.ts'
import type { AnycostStream } from '../client.ts'
import type { Stream } from '../config.ts'
import { readSlot, type Slot, writeSlot } from '../kept/slots.ts'
import { takeIn } from '../kept/take-in.ts'
import type { Operation } from './pack.ts'
import { readMonth } from './read-month.ts'

export interface Reading {
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
}

/** Rows of a day that somebody else wrote. */
export interface Foreign {
  rows: number
  readonly example: CbfRow
  readonly hours: Set<string>
}

export interface Found {
  /** The hours of which all rows of ours are known now. */
  readonly known: ReadonlySet<string>
  /** By day; nothing where only rows are added. */
  readonly foreign: ReadonlyMap<string, Foreign>
}

/** Reads a month and takes in what is ours. */
export async function takeInMonth(reading: Reading): Promise<Found> {
  const { state, stream, client, month, slots, operation } = reading
  const whole = operation === 'replace_drop'
  const known = new Set(slots.map(({ hour }) => hour))
  const days = new Set(slots.map(({ hour }) => dayOf(hour)))
  const taken = new Set<string>()
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
        const slot = { currency: stream.currency, hour }
        const here = whole || known.has(hour)
        if (!(await takeIn(keys, slot, row, { here, taken }))) note(row, hour)
        else if (here && !known.has(hour)) {
          known.add(hour)
          await writeSlot(keys, slot, await readSlot(keys, slot))
        }
      }
    })

  if (operation !== 'sum') {
    await readMonth({ client, month, onRows: takeAll })
    return { known, foreign }
  }
  const hours = await readMonth({ client, month, gathered: hour => known.has(hour) })
  for (const hour of known) {
    const rows = [...(hours.get(hour)?.net.values() ?? [])].filter(row => !isNothing(row))
    await takeAll(rows.map(row => [hour, row] as const))
  }
  return { known, foreign: new Map() }
}
