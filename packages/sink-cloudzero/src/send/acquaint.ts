import { Refused, type StateReader, type StateWriter } from '@billow/core'
import { dayOf } from '../cbf/hour.ts'
import type { Stream } from '../config.ts'
import { changedSlot, readSlot, type Slot, scanSlots, writeSlot } from '../kept/slots.ts'
import { type Foreign, type Found, type Reading, takeInMonth } from './take-in-month.ts'

interface Acquainting extends Reading {
  readonly now: Date
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
  const found = await takeInMonth(options)
  return options.state.transaction(async keys => {
    const givenAway = await daysGivenAway(keys, options)
    const refused = refusals(options, found, givenAway)
    const whole = options.operation === 'replace_drop'
    if (whole && refused.size > 0) return { refused, taken: [] }
    await markKnown(keys, options, found, refused)
    return { refused, taken: whole ? [] : await takeOver(keys, options, found, givenAway) }
  })
}

/** The days in which a person let rows of others be replaced. */
async function daysGivenAway(
  keys: StateReader,
  { stream, month }: Acquainting,
): Promise<ReadonlySet<string>> {
  const days = new Set<string>()
  for await (const [slot, record] of scanSlots(keys, stream.currency, `${month}-`)) {
    if (record.mayReplace) days.add(dayOf(slot.hour))
  }
  return days
}

/** Where the month is sent whole, a day of others refuses all of it. */
function refusals(
  { stream, slots, operation }: Acquainting,
  { foreign }: Found,
  givenAway: ReadonlySet<string>,
): ReadonlyMap<Slot, Refused> {
  const spoilt = new Map([...foreign].filter(([day]) => !givenAway.has(day)))
  const refused = new Map<Slot, Refused>()
  for (const slot of slots) {
    const [day = ''] = operation === 'replace_drop' ? spoilt.keys() : [dayOf(slot.hour)]
    const found = spoilt.get(day)
    if (found) refused.set(slot, notOurs(stream, day, found))
  }
  return refused
}

async function markKnown(
  keys: StateWriter,
  { stream, operation }: Acquainting,
  { known }: Found,
  refused: ReadonlyMap<Slot, Refused>,
): Promise<void> {
  const left = new Set([...refused.keys()].map(({ hour }) => hour))
  for (const hour of known) {
    if (left.has(hour)) continue
    const slot = { currency: stream.currency, hour }
    const record = await readSlot(keys, slot)
    await writeSlot(keys, slot, { ...record, connection: stream.connection, operation })
  }
}

/** Hours of such a day of which nothing is known here change too: what others wrote there goes with the rest. */
async function takeOver(
  keys: StateWriter,
  { stream, now }: Acquainting,
  { known, foreign }: Found,
  givenAway: ReadonlySet<string>,
): Promise<readonly Slot[]> {
  const taken: Slot[] = []
  for (const [day, { hours }] of foreign) {
    if (!givenAway.has(day)) continue
    for (const hour of hours) {
      if (known.has(hour)) continue
      const slot = { currency: stream.currency, hour }
      const record = changedSlot(await readSlot(keys, slot), now.toISOString())
      await writeSlot(keys, slot, { ...record, mayReplace: true })
      taken.push(slot)
    }
  }
  return taken
}

function notOurs({ currency, connection }: Stream, day: string, { rows, example }: Foreign): Refused {
  const { 'lineitem/id': id, 'resource/service': service } = example
  const named = [id && `lineitem/id ${id}`, service].filter(Boolean).join(', ') || 'without lineitem/id'
  return new Refused(
    `${day} in the ${currency} stream ${connection} has ${rows} ${rows === 1 ? 'row' : 'rows'} that somebody else wrote (one: ${named}), which sending the day would wipe out; ` +
      `give this sink a connection of its own, or have them replaced with: take-over --currency ${currency} --day ${day}`,
  )
}
