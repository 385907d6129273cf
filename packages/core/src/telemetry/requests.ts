import { STATUS_CODES } from 'node:http'
import type { Meter } from '@opentelemetry/api'
import { label } from './label.ts'
import { METRICS, named } from './metrics.ts'

const statusLabel = label('status')
const classLabel = label('class')

const classOf = (status: number | undefined): string =>
  status === undefined ? 'none' : `${Math.floor(status / 100)}xx`

/** One of few values, whatever a server invents. */
const nameOf = (status: number | undefined): string =>
  status !== undefined && STATUS_CODES[status] ? String(status) : classOf(status)

/** Requests to a target. */
export interface TargetRequests {
  /** Counts a request that is under way when it ends, and hands on how it ended. */
  timed<T extends { readonly status: number }>(asking: Promise<T>): Promise<T>
}

export function countRequests(meter: Meter): TargetRequests {
  const requests = meter.createCounter(...named(METRICS.targetRequests))
  const duration = meter.createHistogram(...named(METRICS.targetDuration))
  const count = (start: number, status?: number): void => {
    requests.add(1, statusLabel(nameOf(status)))
    duration.record((performance.now() - start) / 1000, classLabel(classOf(status)))
  }
  return {
    async timed(asking) {
      const start = performance.now()
      try {
        const answer = await asking
        count(start, answer.status)
        return answer
      } catch (error) {
        count(start)
        throw error
      }
    },
  }
}

/** What a receiver answered; told nothing where the sender was gone before. */
export function countAnswers(meter: Meter): (status: number | undefined) => void {
  const requests = meter.createCounter(...named(METRICS.receiverRequests))
  return status => requests.add(1, statusLabel(nameOf(status)))
}
