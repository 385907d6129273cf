import type { CloudEvent, Outcome, Refusal } from '../connector.ts'
import { AuthError, describeError, Gone, Refused, Retryable } from '../errors.ts'

/** How the events of one `write` end. What is neither safe nor refused is unsent. */
export interface Outcomes {
  readonly failed: boolean
  safe(event: CloudEvent): void
  refuse(event: CloudEvent, error: unknown): void
  /** Something could not be sent, and why; an attempt may meet several. */
  fail(error: Error): void
  outcome(): Outcome
}

export function createOutcomes(events: readonly CloudEvent[]): Outcomes {
  const settled = new Set<CloudEvent>()
  const refused: Refusal[] = []
  const failures: Error[] = []
  return {
    get failed() {
      return failures.length > 0
    },
    safe(event) {
      settled.add(event)
    },
    refuse(event, error) {
      const status = error instanceof Refused ? error.status : undefined
      settled.add(event)
      refused.push({ event, reason: describeError(error), ...(status !== undefined && { status }) })
    },
    fail(error) {
      failures.push(error)
    },
    outcome() {
      const unsent = events.filter(event => !settled.has(event))
      const because = unsent.length > 0 ? gravest(failures) : undefined
      return { refused, unsent, ...(because && { because }) }
    },
  }
}

/** Of what went wrong at once, what decides: the end of everything, then missing rights, then the longest wait. */
function gravest(failures: readonly Error[]): Error | undefined {
  const weight = (error: Error): number => {
    if (error instanceof Gone) return Number.POSITIVE_INFINITY
    if (error instanceof AuthError) return Number.MAX_VALUE
    return error instanceof Retryable ? (error.retryAfterMs ?? 0) : 0
  }
  return [...failures].sort((a, b) => weight(b) - weight(a))[0]
}
