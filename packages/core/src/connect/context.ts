import type { Context } from '../connector.ts'
import { createKeeper, type Keeper } from '../dead-letters/keeper.ts'
import type { Side } from './side.ts'

/** A side with what is added to it: the signal, and a way to refuse after acknowledging. */
export function contextOf(side: Side, signal: AbortSignal, keeper: Keeper = createKeeper(side)): Context {
  return { ...side, signal, refuse: (event, reason) => keeper.keep([{ event, reason }]) }
}
