import type { CloudEvent } from '@billow/core'
import type { Draft } from './draft.ts'

/**
 * A draft with where it comes from. What a provider restated has a revision: it is a correction, of the event that it
 * replaces. One whose amounts are all 0 takes that event's charge away.
 */
export function restated(draft: Draft, event: CloudEvent): Draft {
  const origin = { x_EventSource: event.source, x_EventId: event.id }
  const revision = Number(event['revision'] ?? 0)
  if (!(revision > 0)) return { ...origin, ...draft }
  const replaces = event['replaces']
  return {
    ...origin,
    x_Revision: String(revision),
    x_Replaces: typeof replaces === 'string' ? replaces : null,
    ...draft,
    ChargeClass: 'Correction',
  }
}
