import { type Amounts, addAmount, type CloudEvent, parseJson } from '@billow/core'
import { figureOf } from './figure.ts'

/** What one cloud's events add up to, by currency. An id that came before counts once. */
export interface Tally {
  readonly cloud: string
  events: number
  repeats: number
  amounts: Amounts
  first: string[]
}

const FIRST_EVENTS = 2

export function createTallies(): { add(line: string): Tally; readonly all: ReadonlyMap<string, Tally> } {
  const all = new Map<string, Tally>()
  const seen = new Set<string>()
  return {
    all,
    add(line) {
      const event = parseJson(line) as CloudEvent
      const cloud = event.source
      const tally = all.get(cloud) ?? { cloud, events: 0, repeats: 0, amounts: {}, first: [] }
      all.set(cloud, tally)
      if (seen.has(event.id)) {
        tally.repeats += 1
        return tally
      }
      seen.add(event.id)
      const { amount, currency } = figureOf(event)
      tally.events += 1
      tally.amounts = addAmount(tally.amounts, currency, amount)
      if (tally.first.length < FIRST_EVENTS) tally.first.push(line)
      return tally
    },
  }
}
