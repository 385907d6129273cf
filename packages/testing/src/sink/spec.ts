import type { CloudEvent, Sink, TSchema } from '@billow/core'
import type { Outside, Spec } from '../spec.ts'

/** An event as a sink stored it: its name, and its `data` where that can be read back. */
export type Stored = Pick<CloudEvent, 'source' | 'id' | 'data'>

/** What `testSink` is told. */
export interface SinkSpec<S extends TSchema = TSchema, O extends Outside = Outside> extends Spec<O> {
  readonly sink: Sink<S>
  /** What is safe now, read where a user would read it: an event that is stored twice is there twice. */
  stored(outside: O): readonly Stored[] | Promise<readonly Stored[]>
  /** An event that the sink takes; another `n`, another event. A plain one if left out. */
  event?(n: number): CloudEvent
  /** Events that the sink refuses for good. */
  readonly refuses?: readonly CloudEvent[]
  /** Whether an event that is written twice is stored once. */
  readonly idempotent?: true
}
