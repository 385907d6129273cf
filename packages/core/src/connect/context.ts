import type { Context } from '../connector.ts'
import { createKeeper, type Keeper } from '../dead-letters/keeper.ts'
import { METRICS, named } from '../telemetry/metrics.ts'
import type { Side } from './side.ts'

/** A side with what is added to it: the signal, and a way to refuse after acknowledging. */
export function contextOf(side: Side, signal: AbortSignal, keeper: Keeper = createKeeper(side)): Context {
  const late = side.meter.createCounter(...named(METRICS.eventsRefusedLate))
  return {
    ...side,
    signal,
    async refuse(event, reason) {
      await keeper.keep([{ event, reason }])
      late.add(1)
    },
  }
}
