import { createHash } from 'node:crypto'

/** What the oracle issued and what became of it. A row is known by its name, which is all that it says. */
export interface Books {
  /** A row of this name is owed from now on; two rows may have one name. */
  issue(name: string): void
  /** An event arrived; nothing is promised about it yet. */
  receive(event: { readonly id: string; readonly name: string; readonly text: string }): void
  /** The target said 2xx: the sender will not send it again. */
  acknowledge(id: string): void
  /** The target said that it never takes it: it must be a dead letter. */
  refuse(id: string): void
  issued(): number
  /** Rows that are owed and neither acknowledged nor refused. */
  open(): number
  /** The ids that were refused, for the comparison with the dead letters. */
  refused(): ReadonlySet<string>
  count(): Count
}

export interface Count {
  readonly issued: number
  /** Rows that were acknowledged, each once. */
  readonly delivered: number
  readonly deadLetters: number
  /** Arrivals of an id that had arrived before. */
  readonly duplicates: number
  /** Of these, those whose payload was not that of the first arrival. */
  readonly differing: number
  /** Rows that were issued, and neither acknowledged nor refused. */
  readonly lost: number
  /** Arrivals of what was never issued, and rows that arrived under a second id. */
  readonly unknown: number
}

interface Known {
  readonly name: string
  readonly digest: string
  state: 'seen' | 'acknowledged' | 'refused'
}

export function createBooks(): Books {
  const owed = new Map<string, number>()
  const ids = new Map<string, Known>()
  const idsOf = new Map<string, string[]>()
  let issued = 0
  let settled = 0
  let duplicates = 0
  let differing = 0
  const settle = (id: string, state: Known['state']): void => {
    const known = ids.get(id)
    if (!known || known.state !== 'seen') return
    known.state = state
    settled += 1
  }
  const inState = (state: Known['state']): string[] =>
    [...ids].filter(([, known]) => known.state === state).map(([id]) => id)
  return {
    issue(name) {
      owed.set(name, (owed.get(name) ?? 0) + 1)
      issued += 1
    },
    receive({ id, name, text }) {
      const digest = createHash('sha1').update(text).digest('base64')
      const known = ids.get(id)
      if (known) {
        duplicates += 1
        if (known.digest !== digest) differing += 1
        return
      }
      ids.set(id, { name, digest, state: 'seen' })
      idsOf.set(name, [...(idsOf.get(name) ?? []), id])
    },
    acknowledge: id => settle(id, 'acknowledged'),
    refuse: id => settle(id, 'refused'),
    issued: () => issued,
    open: () => issued - settled,
    refused: () => new Set(inState('refused')),
    count() {
      let lost = 0
      let unknown = 0
      for (const [name, count] of owed) {
        const known = (idsOf.get(name) ?? []).map(id => ids.get(id)?.state)
        lost += Math.max(0, count - known.filter(state => state !== 'seen').length)
        unknown += Math.max(0, known.length - count)
      }
      for (const [name, known] of idsOf) if (!owed.has(name)) unknown += known.length
      const delivered = inState('acknowledged').length
      const deadLetters = inState('refused').length
      return { issued, delivered, deadLetters, duplicates, differing, lost, unknown }
    },
  }
}

/** Counts by kind. */
export interface Tally {
  add(kind: string): void
  all(): Readonly<Record<string, number>>
}

export function createTally(): Tally {
  const counts = new Map<string, number>()
  return {
    add: kind => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    all: () => Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b))),
  }
}
