import type { Meter, ObservableResult } from '@opentelemetry/api'
import { openDeadLetters } from '../dead-letters/store.ts'
import type { State } from '../state/state.ts'
import { keepObserver } from './lasting.ts'
import { METRICS, named } from './metrics.ts'

/** Shows how many dead letters a state keeps. */
export function observeDeadLetters(meter: Meter, state: State): void {
  const gauge = meter.createObservableGauge(...named(METRICS.deadLetters))
  const letters = openDeadLetters(state)
  const look = async (result: ObservableResult): Promise<void> => result.observe(await letters.count())
  gauge.addCallback(look)
  keepObserver(meter, 'dead letters', () => gauge.removeCallback(look))
}
