import type { Terminal } from '../command.ts'
import { contextOf } from '../connect/context.ts'
import type { Context, Source } from '../connector.ts'
import { UsageError } from '../errors.ts'
import type { Readiness } from '../http/index.ts'
import { announce } from '../runtime/presence.ts'
import { stopOnSignals } from '../runtime/stop.ts'
import type { StatusCell } from '../status.ts'
import { connectProgram } from './connection.ts'
import { EXIT } from './exit-code.ts'
import type { Program } from './program.ts'
import { presenceName } from './run.ts'
import type { Session } from './session.ts'

export interface OwnOptions {
  readonly command: string
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly terminal: Terminal
  readonly status: StatusCell
  readonly readiness: Readiness
}

/** A command that the connector brings. */
export async function own(program: Program, session: Session, call: OwnOptions): Promise<number> {
  const { connector, source } = program
  const command = connector.commands?.[call.command]
  if (!command) throw new UsageError(`no command "${call.command}"`)
  const stopping = stopOnSignals(session.log)
  const side = session.side(connector.name)
  const deliver = async (read: (context: Context) => ReturnType<Source['read']>): Promise<void> => {
    const presence = await announce(session.data.directory, presenceName(program, session), call.readiness)
    try {
      const lease = await session.store().acquire(connector.name)
      try {
        const { status } = call
        await connectProgram(program, session, {
          source: { ...source, read },
          status,
          stopping,
          restart: false,
          lease,
        })
        if (!stopping.stop.aborted) lease.lost.throwIfAborted()
      } finally {
        await lease.release()
      }
    } finally {
      await presence.close()
    }
  }
  try {
    const context = contextOf(side, stopping.stop)
    const code = await command.run({ context, options: call.options, terminal: call.terminal, deliver })
    return stopping.stop.aborted ? EXIT.ok : (code ?? EXIT.ok)
  } catch (error) {
    // It was told to stop: what breaks off because of that is no failure.
    if (stopping.stop.aborted) return EXIT.ok
    throw error
  } finally {
    stopping.end()
  }
}
