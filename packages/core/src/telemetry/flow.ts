import type { Attributes, Meter } from '@opentelemetry/api'
import type { Batch, Source } from '../connector.ts'
import { METRICS, named } from './metrics.ts'

const COMMITTED: Attributes = Object.freeze({ outcome: 'committed' })
const RELEASED: Attributes = Object.freeze({ outcome: 'released' })

/**
 * Counts what becomes of the events of each batch. At every moment read = delivered + dead-lettered + refused +
 * released + in flight: an event changes sides within one step of the program.
 */
export function createFlow(meter: Meter, order: Source['order']): (batch: Batch) => Batch {
  const read = meter.createCounter(...named(METRICS.eventsRead))
  const delivered = meter.createCounter(...named(METRICS.eventsDelivered))
  const deadLettered = meter.createCounter(...named(METRICS.eventsDeadLettered))
  const refusedToSender = meter.createCounter(...named(METRICS.eventsRefused))
  const released = meter.createCounter(...named(METRICS.eventsReleased))
  const inFlight = meter.createUpDownCounter(...named(METRICS.eventsInFlight))
  const batchDuration = meter.createHistogram(...named(METRICS.batchDuration))
  const commitDuration = meter.createHistogram(...named(METRICS.commitDuration))
  const turnedDown = order === 'ordered' ? deadLettered : refusedToSender
  // Shown as 0 before there is anything to count.
  for (const counter of [read, delivered, turnedDown, released, inFlight]) counter.add(0)

  return batch => {
    const count = batch.events.length
    if (count === 0) return batch
    const start = performance.now()
    read.add(count)
    inFlight.add(count)
    return {
      ...batch,
      events: batch.events,
      async commit(refused) {
        const before = performance.now()
        await batch.commit?.(refused)
        const now = performance.now()
        delivered.add(count - refused.length)
        turnedDown.add(refused.length)
        inFlight.add(-count)
        commitDuration.record((now - before) / 1000)
        batchDuration.record((now - start) / 1000, COMMITTED)
      },
      async release(reason) {
        released.add(count)
        inFlight.add(-count)
        batchDuration.record((performance.now() - start) / 1000, RELEASED)
        await batch.release?.(reason)
      },
    }
  }
}
