import { connect } from '../connect/connect.ts'
import type { Source } from '../connector.ts'
import { deadLetterTarget } from '../dead-letters/target.ts'
import type { Stopping } from '../runtime/stop.ts'
import type { Lease } from '../state/state.ts'
import type { StatusCell } from '../status.ts'
import type { Program } from './program.ts'
import type { Session } from './session.ts'

export interface ConnectionOptions {
  readonly source: Source
  readonly status: StatusCell
  readonly stopping: Pick<Stopping, 'stop' | 'abandon'>
  readonly restart: boolean
  /** The right to work on the connector; it all ends when it is lost. */
  readonly lease?: Lease
}

/** Carries events between the halves of a program. */
export async function connectProgram(
  { connector, sink }: Program,
  session: Session,
  { source, status, stopping, restart, lease }: ConnectionOptions,
): Promise<void> {
  const plain = session.side(connector.name)
  const side = lease ? { ...plain, state: lease.state } : plain
  const orLost = (signal: AbortSignal): AbortSignal =>
    lease ? AbortSignal.any([signal, lease.lost]) : signal
  await connect(source, side, sink, side, {
    attempts: session.config.send_event_attempts,
    status,
    stop: orLost(stopping.stop),
    abandon: orLost(stopping.abandon),
    deadLetterTarget: deadLetterTarget(session.config, side),
    restart,
  })
}
