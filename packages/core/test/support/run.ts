import { type ConnectOptions, connect } from '../../src/connect/connect.ts'
import type { Sink, Source } from '../../src/connector.ts'
import type { State } from '../../src/state/state.ts'
import { createStatus } from '../../src/status.ts'
import { jumpingClock } from './clock.ts'
import { memoryState, testSide } from './side.ts'

export interface RunOptions extends Partial<ConnectOptions> {
  readonly state?: State
}

/** Connects on a clock that jumps, with the longest waits that the jitter gives; a stop abandons at once. */
export function run(source: Source, sink: Sink, options: RunOptions = {}) {
  const { state = memoryState(), ...rest } = options
  const clock = jumpingClock('2024-05-06T00:00:00Z')
  const side = testSide(clock, {}, state)
  const stop = new AbortController()
  const status = createStatus('test', clock.now)
  const done = connect(source, side, sink, side, {
    attempts: 3,
    status,
    stop: stop.signal,
    abandon: stop.signal,
    restart: true,
    random: () => 1,
    ...rest,
  })
  return { done, clock, stop, status, state }
}
