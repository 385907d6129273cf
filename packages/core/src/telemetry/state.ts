import type { Meter } from '@opentelemetry/api'
import { CONNECTOR_STATES, type Status } from '../status.ts'
import { METRICS, named } from './metrics.ts'

/** Shows each connector's state as a set of gauges, of which one is 1. */
export function observeStates(meter: Meter, statuses: () => readonly Status[]): void {
  meter.createObservableGauge(...named(METRICS.state)).addCallback(gauge => {
    for (const { name: connector, state: current } of statuses()) {
      for (const state of CONNECTOR_STATES) gauge.observe(state === current ? 1 : 0, { connector, state })
    }
  })
}
