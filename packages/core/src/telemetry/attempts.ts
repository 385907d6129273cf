import type { Meter } from '@opentelemetry/api'
import type { Outcome, Writer } from '../connector.ts'
import { AuthError, ConfigError, Gone, Retryable, Throttled } from '../errors.ts'
import { label } from './label.ts'
import { METRICS, named } from './metrics.ts'

/** The class of an error, as a label has it: one of a few words, whatever the message says. */
function reasonOf(error: unknown): string {
  if (error instanceof Throttled) return 'throttled'
  if (error instanceof Retryable) return 'retryable'
  if (error instanceof AuthError) return 'auth'
  if (error instanceof Gone) return 'gone'
  return error instanceof ConfigError ? 'config' : 'other'
}

const result = label('result')
const reason = label('reason')

/** How hard it was to deliver. */
export interface Attempts {
  /** Counts each attempt of a writer by how it ended. */
  of(writer: Writer): Pick<Writer, 'write'>
  retried(because: Error): void
  restarted(because: unknown): void
}

export function createAttempts(meter: Meter): Attempts {
  const attempts = meter.createCounter(...named(METRICS.attempts))
  const retries = meter.createCounter(...named(METRICS.retries))
  const restarts = meter.createCounter(...named(METRICS.restarts))
  return {
    of: writer => ({
      async write(events, signal) {
        try {
          const outcome = (await writer.write(events, signal)) ?? undefined
          attempts.add(1, result(resultOf(outcome)))
          return outcome
        } catch (error) {
          attempts.add(1, result(reasonOf(error)))
          throw error
        }
      },
    }),
    retried: because => retries.add(1, reason(reasonOf(because))),
    restarted: because => restarts.add(1, reason(reasonOf(because))),
  }
}

function resultOf(outcome: Outcome | undefined): string {
  if (outcome?.unsent?.length) return reasonOf(outcome.because)
  return outcome?.refused?.length ? 'refused' : 'taken'
}
