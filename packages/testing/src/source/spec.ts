import type { Source, TSchema } from '@billow/core'
import type { Address, Outside, Spec } from '../spec.ts'

/** What `testSource` is told. */
export interface SourceSpec<S extends TSchema = TSchema, O extends Outside = Outside> extends Spec<O> {
  readonly source: Source<S>
  /** How many events the outside holds. With it, a source may wait without the clock. */
  readonly produces?: number
  /**
   * For a source that listens: the senders. Posts all that has no final answer yet, to `127.0.0.1`, until each has one:
   * 503 and a lost connection mean to post it again, any 4xx is final. Resolves then; gives up when the signal aborts.
   */
  push?(outside: O, address: Address, signal: AbortSignal): Promise<void>
  /** How many requests the outside has had so far. */
  requests?(outside: O): number
}
