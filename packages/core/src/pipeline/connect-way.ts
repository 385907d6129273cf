import { type ConnectOptions, connect } from '../connect/connect.ts'
import type { Side } from '../connect/side.ts'
import { deadLetterTarget } from '../dead-letters/target.ts'
import type { Lease } from '../state/state.ts'
import type { Host } from './host.ts'
import type { Link, Part, Way } from './link.ts'

export interface ConnectWayOptions
  extends Pick<ConnectOptions, 'status' | 'stop' | 'abandon' | 'restart' | 'onFailure'> {
  /** The right to work on the connector; it all ends when it is lost. */
  readonly lease?: Lease | undefined
}

/** Carries events along a way of a link. */
export async function connectWay(
  link: Link,
  { source, sink }: Way,
  host: Host,
  { lease, stop, abandon, ...options }: ConnectWayOptions,
): Promise<void> {
  const sideOf = (part: Part): Side => ({ ...host.side(link, part), ...(lease && { state: lease.state }) })
  const orLost = (signal: AbortSignal): AbortSignal =>
    lease ? AbortSignal.any([signal, lease.lost]) : signal
  const sourceSide = sideOf(source)
  await connect(source.connector, sourceSide, sink.connector, sideOf(sink), {
    ...options,
    attempts: link.settings.send_event_attempts,
    stop: orLost(stop),
    abandon: orLost(abandon),
    deadLetterTarget: deadLetterTarget(link.settings, sourceSide),
  })
}
