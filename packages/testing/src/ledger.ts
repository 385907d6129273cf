import { type CloudEvent, stringifyJson } from '@billow/core'
import { must, nameOf, some } from './must.ts'

/** What must arrive: each event once at least, unchanged, and nothing else. */
export interface Ledger {
  readonly names: ReadonlySet<string>
  /** Throws where an event is lost, unknown or changed. `dead` are those that were refused for good. */
  settle(accepted: readonly CloudEvent[], dead?: readonly CloudEvent[]): void
}

export function ledgerOf(events: readonly CloudEvent[]): Ledger {
  const known = new Map(events.map(event => [nameOf(event), contentOf(event)]))
  return {
    names: new Set(known.keys()),
    settle(accepted, dead = []) {
      const events = [...accepted, ...dead]
      const seen = new Set(events.map(nameOf))
      const unknown = [...seen].filter(name => !known.has(name))
      must(unknown.length === 0, `unknown: ${some(unknown)}; an id is a function of what the event reports`)
      const lost = [...known.keys()].filter(name => !seen.has(name))
      must(lost.length === 0, `lost: ${some(lost)}`)
      const changed = events.filter(event => contentOf(event) !== known.get(nameOf(event)))
      must(changed.length === 0, `the same id, but other data: ${some(changed.map(nameOf))}`)
    },
  }
}

/** What an id stands for. The time may be that of the reading. */
function contentOf({ time: _, ...event }: CloudEvent): string {
  return (
    stringifyJson(Object.fromEntries(Object.entries(event).toSorted(([a], [b]) => (a < b ? -1 : 1)))) ?? ''
  )
}
