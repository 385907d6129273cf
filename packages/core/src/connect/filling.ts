import type { CloudEvent } from '../connector.ts'
import { sizeOf } from './size.ts'

/** Small, so that a crash repeats little; large enough that a commit costs little an event. */
const MOST_EVENTS = 100
const MOST_BYTES = 1 << 20

/** A batch that is being filled, bounded by events and by bytes. */
export interface Filling {
  /** Adds an event of so many bytes; true when the batch is full. */
  add(event: CloudEvent, bytes?: number): boolean
  /** What was added, to begin anew. */
  take(): { readonly events: readonly CloudEvent[]; readonly bytes: number }
}

export function createFilling(): Filling {
  let events: CloudEvent[] = []
  let bytes = 0
  return {
    add(event, size = sizeOf(event)) {
      events.push(event)
      bytes += size
      return events.length >= MOST_EVENTS || bytes >= MOST_BYTES
    },
    take() {
      const taken = { events, bytes }
      events = []
      bytes = 0
      return taken
    },
  }
}
