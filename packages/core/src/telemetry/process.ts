import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'
import { named, PROCESS_METRICS as METRICS } from './metrics.ts'

/** How often the delay of the event loop is sampled: seldom, since an idle process should rest. */
const RESOLUTION_MS = 50

/** Shows what runs, and what it takes of its machine. */
export function observeProcess(meter: Meter, version = 'unknown'): void {
  const build = { version, node: process.version }
  meter.createObservableGauge(...named(METRICS.build)).addCallback(gauge => gauge.observe(1, build))
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const started = Date.now() / 1000 - process.uptime()
  meter.createObservableGauge(...named(METRICS.start)).addCallback(gauge => gauge.observe(started))
  meter.createObservableCounter(...named(METRICS.cpu)).addCallback(counter => {
    const { user, system } = process.cpuUsage()
    counter.observe((user + system) / 1e6)
  })
  meter
    .createObservableGauge(...named(METRICS.memory))
    .addCallback(gauge => gauge.observe(process.memoryUsage.rss()))
  meter
    .createObservableGauge(...named(METRICS.heap))
    .addCallback(gauge => gauge.observe(process.memoryUsage().heapUsed))
  meter.createObservableGauge(...named(METRICS.delay)).addCallback(gauge => {
    // A sample is the whole wait between two ticks of the timer.
    const lateMs = delay.count > 0 ? Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS) : 0
    gauge.observe(lateMs / 1000)
    delay.reset()
  })
}
