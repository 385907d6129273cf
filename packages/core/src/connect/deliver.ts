import type { Clock } from '../clock.ts'
import type { CloudEvent, Outcome, Refusal, Writer } from '../connector.ts'
import { AuthError, asError, BillowError, Gone, Retryable } from '../errors.ts'
import { backoff } from './backoff.ts'

export interface DeliverOptions {
  readonly writer: Pick<Writer, 'write'>
  /** Attempts without any progress before the events are given back; 0 for ever. */
  readonly attempts: number
  readonly clock: Clock
  readonly random: () => number
  /** No new attempt after this aborts. */
  readonly stop: AbortSignal
  /** What is under way ends when this aborts. */
  readonly abandon: AbortSignal
  /** Told before each wait. */
  readonly onRetry: (reason: Error, waitMs: number) => void
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 600_000

/**
 * Attempts until every event is safe or refused, and resolves to the refusals. Only what is unsent is sent again;
 * progress starts the count of attempts anew.
 * @throws the reason of the last attempt when the attempts are used up or more would be of no use.
 */
export async function deliver(
  events: readonly CloudEvent[],
  options: DeliverOptions,
): Promise<readonly Refusal[]> {
  const { writer, attempts, clock, random, stop, abandon, onRetry } = options
  const refused: Refusal[] = []
  let pending = events
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    const outcome = await attemptOnce(writer, pending, abandon)
    if (outcome?.refused) refused.push(...outcome.refused)
    const unsent = outcome?.unsent ?? []
    if (unsent.length === 0) break
    const because = outcome?.because ?? new BillowError(NO_REASON)
    if (unsent.length < pending.length) attempt = 0
    pending = unsent
    const final = because instanceof AuthError || because instanceof Gone
    if (final || stop.aborted || (attempts > 0 && attempt >= attempts)) throw because
    const retryAfterMs = because instanceof Retryable ? because.retryAfterMs : undefined
    const wait = backoff({
      attempt: Math.max(attempt, 1),
      baseMs: FIRST_WAIT_MS,
      capMs: LONGEST_WAIT_MS,
      retryAfterMs,
      random,
    })
    onRetry(because, wait)
    await clock.sleep(wait, stop).catch(() => {
      throw because
    })
  }
  return refused
}

const NO_REASON = 'the sink did not take every event and gave no reason'

async function attemptOnce(
  writer: DeliverOptions['writer'],
  events: readonly CloudEvent[],
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  try {
    return (await writer.write(events, signal)) ?? undefined
  } catch (error) {
    return { unsent: events, because: asError(error) }
  }
}
