import { type Meter, metrics, trace } from '@opentelemetry/api'
import { pino } from 'pino'
import type { Clock } from '../../src/clock.ts'
import type { Side } from '../../src/connect/side.ts'
import { openSqliteStore } from '../../src/state/sqlite.ts'
import type { State } from '../../src/state/state.ts'

/** What a connector is handed in a test: a state in memory unless one is given, and a log that says nothing. */
export function testSide(
  clock: Clock,
  config: unknown = {},
  state: State = memoryState(),
  meter: Meter = metrics.getMeter('test'),
): Side {
  return {
    config,
    state,
    log: pino({ level: 'silent' }),
    clock,
    meter,
    tracer: trace.getTracer('test'),
  }
}

export function memoryState(): State {
  return openSqliteStore(':memory:').open('test')
}
