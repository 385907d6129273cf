import { endOnUnexpected } from '../runtime/unexpected.ts'
import type { Streams } from '../runtime/terminal.ts'
import { createTerminal } from '../runtime/terminal.ts'
import { editorSchema } from '../config/index.ts'
import { systemClock } from '../clock.ts'
import { describeError } from '../errors.ts'
import type { Readiness } from '../http/index.ts'
import { createStatus, isHealthy } from '../status.ts'
import { parseArguments } from './arguments.ts'
import { check } from './check.ts'
import { listDeadLetters } from './dead-letters.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { health } from './health.ts'
import { helpFor } from './help.ts'
import { own } from './own.ts'
import { type AnyConnector, programOf } from './program.ts'
import { replay } from './replay.ts'
import { run } from './run.ts'
import { openSession } from './session.ts'

export interface MainOptions {
  /** The words behind the program's name. */
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly streams: Streams
}

/**
 * The program of a connector: reads the command line and runs the command. Errors become a line on stderr.
 * @returns the exit code: 0 done, 1 failed, 64 wrong command line, 75 try later, 77 no permission, 78 wrong configuration.
 */
export async function main(connector: AnyConnector, { argv, env, streams }: MainOptions): Promise<number> {
  let redact = (text: string): string => text
  endOnUnexpected(line => streams.stderr.write(`${redact(line)}\n`))
  try {
    const { command, options } = parseArguments(connector, argv)
    const json = options['json'] === true
    if (options['help']) {
      streams.stdout.write(helpFor(connector, command))
      return EXIT.ok
    }
    const status = createStatus(connector.name, systemClock.now)
    const readiness: Readiness = () => ({
      ready: isHealthy(status.get().state),
      body: { ...status.get(), pid: process.pid },
    })
    const program = programOf(connector, readiness)
    const plain = createTerminal(streams, redact)
    if (command === 'schema') {
      plain.print(JSON.stringify(editorSchema(program.schema, connector.name), null, 2))
      return EXIT.ok
    }
    if (command === 'health') return await health(connector.name, env, plain, json)

    const session = openSession(program, { env, streams, options })
    redact = session.redact
    try {
      const terminal = createTerminal(streams, redact)
      if (command === 'run') return await run(program, session, { env, status, readiness })
      if (command === 'check') return await check(program, session, terminal, json)
      if (command === 'dead-letters') {
        return await listDeadLetters(session.side(connector.name).state, terminal, json)
      }
      if (command === 'replay') return await replay(program, session, { options, terminal })
      return await own(program, session, { command, options, terminal, status, readiness })
    } finally {
      await session.close()
    }
  } catch (error) {
    streams.stderr.write(`${redact(linesOf(error))}\n`)
    return exitCodeOf(error)
  }
}

/** A configuration's faults keep their lines; everything else is one line. */
function linesOf(error: unknown): string {
  const faults = (error as { faults?: readonly string[] }).faults
  return faults ? faults.join('\n') : describeError(error)
}
