import { createNoopMeter, type Meter, metrics } from '@opentelemetry/api'

/** The meter of whoever set up OpenTelemetry in this process; nothing where nobody did. */
export function globalMeter(): Meter | undefined {
  const meter = metrics.getMeter('billow')
  return meter === createNoopMeter() ? undefined : meter
}
