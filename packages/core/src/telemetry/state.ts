import type { Meter } from '@opentelemetry/api'
import { CONNECTOR_STATES, type StatusCell } from '../status.ts'
import { label } from './label.ts'
import { METRICS, named } from './metrics.ts'

const stateLabel = label('state')

/** Shows a connector's state as a set of gauges, of which one is 1. */
export function observeState(meter: Meter, status: StatusCell): void {
  meter.createObservableGauge(...named(METRICS.state)).addCallback(gauge => {
    const { state } = status.get()
    for (const name of CONNECTOR_STATES) gauge.observe(name === state ? 1 : 0, stateLabel(name))
  })
}
