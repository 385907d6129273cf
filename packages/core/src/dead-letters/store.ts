import { createHash } from 'node:crypto'
import { eventToJson } from '../cloudevents/index.ts'
import type { CloudEvent, Refusal } from '../connector.ts'
import { parseJson, stringifyJson } from '../json.ts'
import type { State, StateReader, StateWriter } from '../state/state.ts'
import type { DeadLetter } from './dead-letter.ts'

/**
 * The dead letters of a connector, durable in its state, in the order in which they were refused. An event is there
 * once: what names it is its source and its id, as the specification says.
 */
export interface DeadLetters {
  /** Keeps refusals, all or none. One that is there already keeps its place and its time, and takes the new reason. */
  put(refusals: readonly Refusal[], time: string): Promise<void>
  /** Those of the refusals whose events are not there yet. */
  without(refusals: readonly Refusal[]): Promise<readonly Refusal[]>
  list(): AsyncIterable<DeadLetter>
  /** How many there are. */
  count(): Promise<number>
  /** Forgets those of the events that are there. */
  remove(events: readonly CloudEvent[]): Promise<void>
  /** Remembers with each letter which of these later events replaces it, by their attribute `replaces`. */
  noteReplaced(by: readonly CloudEvent[]): Promise<void>
}

const ROOT = 'dead-letter/'
const LETTERS = `${ROOT}letter/`
const NUMBERS = `${ROOT}number/`
const LAST = `${ROOT}last`
const COUNT = `${ROOT}count`

export function openDeadLetters(state: State): DeadLetters {
  return {
    async put(refusals, time) {
      if (refusals.length === 0) return
      await state.transaction(async keys => {
        let more = 0
        for (const refusal of refusals) more += await putOne(keys, refusal, time)
        await addToCount(keys, more)
      })
    },
    async without(refusals) {
      const unknown: Refusal[] = []
      for (const refusal of refusals) {
        if ((await state.get(numberKey(refusal.event))) === undefined) unknown.push(refusal)
      }
      return unknown
    },
    async *list() {
      for await (const [, text] of state.scan(LETTERS)) yield parseJson(text) as DeadLetter
    },
    async remove(events) {
      await state.transaction(async keys => {
        // Looked up here, since another command may forget the same ones.
        const found = new Set<string>()
        for (const event of events) {
          const key = numberKey(event)
          const number = await keys.get(key)
          if (number !== undefined) found.add(key).add(LETTERS + number)
        }
        for (const key of found) await keys.delete(key)
        if (found.size > 0) await addToCount(keys, -found.size / 2)
      })
    },
    count: () => countOf(state),
    async noteReplaced(by) {
      for (const { source, id, ['replaces']: replaces } of by) {
        if (typeof replaces !== 'string') continue
        const number = await state.get(nameKey(source, replaces))
        if (number === undefined) continue
        await state.transaction(async keys => {
          const letter = await letterAt(keys, number)
          if (letter) await keys.set(LETTERS + number, stringifyJson({ ...letter, replacedBy: id }))
        })
      }
    },
  }
}

const countOf = async (keys: StateReader): Promise<number> => Number((await keys.get(COUNT)) ?? 0)

async function addToCount(keys: StateWriter, change: number): Promise<void> {
  const count = (await countOf(keys)) + change
  await (count > 0 ? keys.set(COUNT, String(count)) : keys.delete(COUNT))
}

/** Resolves to how many letters it adds: one, or none where it was there already. */
async function putOne(keys: StateWriter, { event, reason, status }: Refusal, time: string): Promise<0 | 1> {
  const found = await keys.get(numberKey(event))
  const number = found ?? nextNumber(await keys.get(LAST))
  const { time: first = time, replacedBy } = (found !== undefined && (await letterAt(keys, found))) || {}
  if (found === undefined) {
    await keys.set(LAST, number)
    await keys.set(numberKey(event), number)
  }
  await keys.set(
    LETTERS + number,
    stringifyJson({
      time: first,
      reason,
      status,
      replacedBy,
      // As it goes over the wire, so that bytes and digits come back as they were.
      event: parseJson(eventToJson(event)),
    }),
  )
  return found === undefined ? 1 : 0
}

async function letterAt(keys: StateReader, number: string): Promise<DeadLetter | undefined> {
  const text = await keys.get(LETTERS + number)
  return text === undefined ? undefined : (parseJson(text) as DeadLetter)
}

/** Of a fixed width, so that their order as text is their order. */
const nextNumber = (last: string | undefined): string => String(Number(last ?? 0) + 1).padStart(15, '0')

/** Some stores take no key that is longer. */
const LONGEST_NAME = 1000

function nameKey(source: string, id: string): string {
  const name = JSON.stringify([source, id])
  return NUMBERS + (name.length > LONGEST_NAME ? digestOf(name) : name)
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** An event that was refused for having no name is named by all that it says. */
function numberKey(event: CloudEvent): string {
  const { source, id } = event as Partial<CloudEvent>
  if (typeof source === 'string' && typeof id === 'string' && id !== '') return nameKey(source, id)
  return nameKey('', digestOf(eventToJson(event)))
}
