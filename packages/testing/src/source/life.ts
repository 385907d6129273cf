/** Where a crash may strike. */
export type Place =
  | 'after a batch was read'
  | 'before a write'
  | 'during a write'
  | 'after a write'
  | 'before a commit'
  | 'after a commit'
  | 'after a write to the state'
  | 'after a write in a transaction'
  | 'after a transaction'

export interface CrashAt {
  readonly among: readonly Place[]
  /** How many of these places are passed before it. */
  readonly after: number
}

/** The process that a run stands for: it lives until a chosen place is reached. */
export interface Life {
  /** The places reached, in order. */
  readonly places: readonly Place[]
  readonly crashed: boolean
  /** Throws from the crash on. */
  alive(): void
  /** Throws from the crash on: nothing that the process does has an effect any more. */
  reached(place: Place): void
}

export function createLife(crashAt: CrashAt | undefined, onCrash: () => void): Life {
  const places: Place[] = []
  let crashed = false
  let passed = 0
  const alive = (): void => {
    if (crashed) throw new Error('this process has crashed')
  }
  return {
    places,
    alive,
    get crashed() {
      return crashed
    },
    reached(place) {
      alive()
      places.push(place)
      if (!crashAt?.among.includes(place)) return
      passed += 1
      if (passed <= crashAt.after) return
      crashed = true
      onCrash()
      throw new Error(`this process crashes ${place}`)
    },
  }
}
