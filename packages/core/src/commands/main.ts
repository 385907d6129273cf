import { parseClock, systemClock } from '../clock.ts'
import { editorSchema } from '../config/index.ts'
import { createBoard } from '../pipeline/board.ts'
import { type Host, openHost } from '../pipeline/host.ts'
import { imageLoad } from '../pipeline/image.ts'
import type { Link, Plan } from '../pipeline/link.ts'
import { DEFAULT_FILES } from '../runtime/config-file.ts'
import type { PostgresLoader } from '../runtime/store.ts'
import type { Streams } from '../runtime/terminal.ts'
import { OPTIONS, parseArguments } from './arguments.ts'
import { commandTable } from './command-table.ts'
import { EXIT } from './exit-code.ts'
import { guard } from './guard.ts'
import { helpFor } from './help.ts'
import { runLinkCommand } from './link-commands.ts'
import { type AnyConnector, programOf } from './program.ts'
import { runAlone } from './run.ts'
import { printVersion } from './version.ts'

export interface MainOptions {
  /** The words behind the program's name. */
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly streams: Streams
  /** Brings the PostgreSQL store, where it cannot be found by its name at run time: a bundle. */
  readonly postgres?: PostgresLoader | undefined
  /** Where to look for the configuration if nothing names it; where it is mounted in a container, if left out. */
  readonly files?: readonly string[] | undefined
  /** The version of the program, for `--version`, the log and the metrics. */
  readonly version?: string | undefined
}

/**
 * The program of a connector: reads the command line and runs the command. Errors become a line on stderr.
 * @returns the exit code: 0 done, 1 failed, 64 wrong command line, 75 try later, 77 no permission, 78 wrong configuration.
 */
export function main(
  connector: AnyConnector,
  { argv, env, streams, postgres, version, files = DEFAULT_FILES }: MainOptions,
): Promise<number> {
  const { name } = connector
  return guard(streams, async (terminal, redaction) => {
    const { command, options } = parseArguments(
      { commands: commandTable([connector]), options: OPTIONS },
      argv,
    )
    if (options['help']) {
      streams.stdout.write(helpFor(connector, command))
      return EXIT.ok
    }
    const json = options['json'] === true
    if (options['version']) {
      printVersion({ name, version }, { terminal, json })
      return EXIT.ok
    }
    const clock = typeof options['clock'] === 'string' ? parseClock(options['clock']) : systemClock
    const board = createBoard()
    const program = programOf(connector)
    const load = imageLoad(program, { env, config: options['config'], files })
    const open = (plan: Plan): Promise<Host> =>
      openHost(plan, { env, streams, redaction, clock, board, postgres })
    const special: Readonly<Record<string, () => Promise<number>>> = {
      run: () => runAlone(load, name, { board, open, version }),
      health: async () => (await import('./health.ts')).health(name, { env, terminal, json }),
      async schema() {
        terminal.print(JSON.stringify(editorSchema(program.schema, name), null, 2))
        return EXIT.ok
      },
    }
    const own = Object.hasOwn(special, command) ? special[command] : undefined
    if (own) return own()
    const plan = await load()
    const host = await open(plan)
    try {
      const link = plan.links[0] as Link
      return await runLinkCommand(command, { link, host, board, file: plan.file, options, terminal })
    } finally {
      await host.close()
    }
  })
}
