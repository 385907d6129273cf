import type { CommandOption } from '../command.ts'
import { DEFAULT_FILES } from '../runtime/config-file.ts'
import { type CommonCommand, OPTIONS } from './arguments.ts'
import { commandTable } from './command-table.ts'
import type { AnyConnector } from './program.ts'
import { formatTable } from './table.ts'

/** What a program tells of itself. */
export interface Guide {
  readonly program: string
  /** What stands behind a command, such as ` FILE`. */
  readonly words?: string
  readonly commands: Readonly<Record<string, CommonCommand>>
  readonly environment: readonly (readonly [name: string, what: string])[]
}

/** What `--help` prints: of the program, or of one of its commands. */
export function helpText(guide: Guide, command?: string): string {
  const { program, words = '', commands, environment } = guide
  const one = command === undefined ? undefined : commands[command]
  const options = Object.entries({ ...one?.options, ...OPTIONS }).map(optionLine)
  const parts = one
    ? [`Usage: ${program} ${command}${words} [options]`, one.summary, section('Options', options)]
    : [
        `Usage: ${program} [command]${words} [options]`,
        section(
          'Commands',
          Object.entries(commands).map(([name, { summary }]) => [name, summary]),
        ),
        section('Options', options),
        section('Environment', environment),
        'Exit codes: 0 done, 1 failed, 64 wrong command line, 75 try later, 77 no permission, 78 wrong configuration',
      ]
  return `${parts.join('\n\n')}\n`
}

/** The help of a connector's program. */
export function helpFor(connector: AnyConnector, command: string): string {
  const commands = commandTable([connector])
  const guide = { program: connector.name, commands, environment: environment(connector) }
  // `run` is the default: its help is that of the program.
  return helpText(guide, command === 'run' ? undefined : command)
}

function section(title: string, lines: readonly (readonly [string, string])[]): string {
  const indented = lines.map(([name, text]) => [`  ${name}`, text])
  return formatTable([`${title}:`, ''], indented)
}

function optionLine([name, { value, summary }]: [string, CommandOption]): [string, string] {
  return [`--${name}${value ? ` ${value}` : ''}`, summary]
}

function environment(connector: AnyConnector): [string, string][] {
  const port: [string, string][] =
    'read' in connector
      ? [
          ['CONNECTOR_TARGET', 'The URL that events are sent to; wins over `target`'],
          ['CONNECTOR_ADMIN_PORT', 'A port for /healthz, /readyz and /metrics; none if left out'],
        ]
      : [['CONNECTOR_PORT', 'The port that events are received on; wins over `port`']]
  return [
    ['CONNECTOR_CONFIG', `The configuration; ${DEFAULT_FILES.join(' or ')} if left out`],
    ...port,
    ['LOG_LEVEL', 'How much is logged; wins over `log_config.level`'],
    ['BILLOW_DATA_DIR', 'The directory of state and socket; .billow if left out'],
  ]
}
