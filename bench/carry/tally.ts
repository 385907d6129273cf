/** What arrived: every event, and how many of them were different ones. */
export interface Counted {
  readonly taken: number
  readonly distinct: number
}

/** Counts events by their ids, so that neither one lost nor one doubled goes unseen. */
export interface Tally {
  take(event: { readonly id: string }): void
  /** Resolves when so many different events are here, or when nothing has come for a while. */
  has(distinct: number): Promise<void>
  /** What came since the last time. */
  end(): Counted
}

/** So long without an event says that no more will come. */
const QUIET_MS = 20_000

export function createTally(): Tally {
  const ids = new Set<string>()
  let taken = 0
  let awaited = Number.POSITIVE_INFINITY
  let reached = (): void => undefined
  return {
    take({ id }) {
      taken += 1
      ids.add(id)
      if (ids.size >= awaited) reached()
    },
    async has(distinct) {
      awaited = distinct
      for (let before = -1; ids.size < distinct && taken > before; ) {
        before = taken
        await new Promise<void>(resolve => {
          reached = resolve
          setTimeout(resolve, QUIET_MS)
        })
      }
      awaited = Number.POSITIVE_INFINITY
    },
    end() {
      const counted = { taken, distinct: ids.size }
      ids.clear()
      taken = 0
      return counted
    },
  }
}
