import { aborted } from 'node:util'
import type { Source } from '../connector.ts'
import { ConfigError, describeError, Gone } from '../errors.ts'
import { createAdminServer, type Readiness } from '../http/index.ts'
import { announce } from '../runtime/presence.ts'
import { stopOnSignals } from '../runtime/stop.ts'
import { underLease } from '../state/standby.ts'
import type { StatusCell } from '../status.ts'
import { connectProgram } from './connection.ts'
import { EXIT } from './exit-code.ts'
import type { Program } from './program.ts'
import type { Session } from './session.ts'

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  readonly status: StatusCell
  readonly readiness: Readiness
}

/** `run`: connects until it is told to stop. */
export async function run(
  program: Program,
  session: Session,
  { env, status, readiness }: RunOptions,
): Promise<number> {
  const { connector, source } = program
  const { log, data, clock } = session
  // A state that cannot be opened ends the program: a restart may heal that.
  const store = session.store()
  const stopping = stopOnSignals(log)
  const presence = await announce(data.directory, presenceName(program, session), readiness)
  const admin = await openAdmin(env, readiness)
  try {
    log.info({ connector: connector.name, config: session.file ?? 'none', data: data.directory }, 'starting')
    const how = { source, status, stopping, restart: true }
    if (needsLease(source)) {
      await underLease(lease => connectProgram(program, session, { ...how, lease }), {
        store,
        connector: connector.name,
        log,
        clock,
        status,
        stop: stopping.stop,
      })
    } else await connectProgram(program, session, how)
  } catch (error) {
    // A sink that cannot go on ends: whoever started it can see that and start it again.
    if (error instanceof ConfigError || !('read' in connector)) throw error
    status.set('failed', describeError(error))
    log.error({ reason: describeError(error) }, failedAdvice(error))
    await aborted(stopping.stop, stopping)
  } finally {
    status.set('stopped')
    await presence.close()
    await admin?.close()
    stopping.end()
  }
  log.info('stopped')
  return EXIT.ok
}

function failedAdvice(error: unknown): string {
  return error instanceof Gone
    ? 'the target is gone for good: nothing is sent until a restart; correct `target`, then restart'
    : 'failed: nothing more is done until a restart'
}

/** Commits in reading order have one reader. Where each batch ends alone, any number of processes may work. */
const needsLease = ({ order }: Source): boolean => order === 'ordered'

/** Sinks may run side by side, each on its own port. */
export function presenceName({ connector }: Program, { config }: Session): string {
  return 'read' in connector ? connector.name : `${connector.name}-${(config as { port?: number }).port}`
}

/** Sources have no port of their own: where one is named, health is told there. */
async function openAdmin(
  env: NodeJS.ProcessEnv,
  readiness: Readiness,
): Promise<{ close(): Promise<void> } | undefined> {
  const text = env['CONNECTOR_ADMIN_PORT']
  if (text === undefined || text === '') return undefined
  const key = 'CONNECTOR_ADMIN_PORT'
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new ConfigError(`${key}: found "${text}", allowed is a port from 0 to 65535`)
  }
  return createAdminServer({ readiness, at: { port, key } })
}
