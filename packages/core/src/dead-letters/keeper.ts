import type { Clock } from '../clock.ts'
import type { CloudEvent, Refusal } from '../connector.ts'
import type { Logger } from 'pino'
import type { State } from '../state/state.ts'
import type { Elsewhere } from './elsewhere.ts'
import { openDeadLetters } from './store.ts'

/** Makes dead letters of what was refused. */
export interface Keeper {
  /** Resolves when the refused events are durable, and were posted elsewhere where that is configured. */
  keep(refusals: readonly Refusal[]): Promise<void>
  /** Keeps what is refused of some events, and remembers which letters the events replace. */
  settle(events: readonly CloudEvent[], refused: readonly Refusal[]): Promise<void>
}

export interface KeeperOptions {
  /** Where the letters are kept. */
  readonly state: State
  readonly log: Logger
  readonly clock: Clock
  readonly elsewhere?: Elsewhere | undefined
}

export function createKeeper({ state, log, clock, elsewhere }: KeeperOptions): Keeper {
  const letters = openDeadLetters(state)

  async function keep(refusals: readonly Refusal[]): Promise<void> {
    const [first] = refusals
    if (!first) return
    const time = clock.now().toISOString()
    // After a crash the same events are refused again: they are known, here and elsewhere.
    await elsewhere?.post(await letters.without(refusals), time)
    await letters.put(refusals, time)
    log.warn(
      { events: refusals.length, id: first.event.id, reason: first.reason, status: first.status },
      'refused for good and kept as dead letters: `dead-letters` lists them, `replay` sends them again',
    )
  }

  return {
    keep,
    async settle(events, refused) {
      await keep(refused)
      await letters.noteReplaced(events)
    },
  }
}
