import { describeError } from '../errors.ts'
import type { StatusCell } from '../status.ts'

/** What is said of the connector's state while a sink is open. */
export interface Condition {
  /** Something went through: it runs, but for a trouble that the sink has in its background. */
  well(): void
  /** Something failed that will be tried again. */
  retrying(reason: unknown): void
  /** As `retrying`, of a source that goes on: it leaves worse things as they are. */
  sourceRetrying(reason: unknown): void
  /** The trouble of the sink's background work, which stands whatever goes through, until nothing is given. */
  sinkRetrying(reason?: unknown): void
}

/** `taking`: what comes is taken all the same, as behind a receiver, where each batch ends alone. */
export function createCondition(status: StatusCell, taking: boolean): Condition {
  let trouble: string | undefined
  const say = (reason: string): void => status.set('retrying', reason, taking)
  const well = (): void => (trouble === undefined ? status.set('running') : say(trouble))
  const isState = (...states: readonly string[]): boolean => states.includes(status.get().state)
  return {
    well,
    retrying: reason => say(describeError(reason)),
    sourceRetrying(reason) {
      if (isState('running')) say(describeError(reason))
    },
    sinkRetrying(reason) {
      const { state, reason: said } = status.get()
      // What else was said stands until something goes through.
      const mine = state === 'running' || (state === 'retrying' && said === trouble)
      trouble = reason === undefined ? undefined : describeError(reason)
      if (mine) well()
    },
  }
}
