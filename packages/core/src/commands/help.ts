import type { CommandOption } from '../command.ts'
import { DEFAULT_FILES } from '../runtime/config.ts'
import { COMMANDS, commandTable, OPTIONS } from './arguments.ts'
import type { AnyConnector } from './program.ts'
import { formatTable } from './table.ts'

/** What `--help` prints: of the program, or of one of its commands. */
export function helpFor(connector: AnyConnector, command: string): string {
  // `run` is the default: its help is that of the program.
  const one = command === 'run' ? undefined : commandTable(connector)[command]
  const commands = Object.entries({ ...COMMANDS, ...connector.commands }).map(
    ([name, { summary }]): [string, string] => [name, summary],
  )
  const options = Object.entries({ ...one?.options, ...OPTIONS })
  const parts = one
    ? [
        `Usage: ${connector.name} ${command} [options]`,
        one.summary,
        section('Options', options.map(optionLine)),
      ]
    : [
        `Usage: ${connector.name} [command] [options]`,
        section('Commands', commands),
        section('Options', options.map(optionLine)),
        section('Environment', environment(connector)),
        'Exit codes: 0 done, 1 failed, 64 wrong command line, 75 try later, 77 no permission, 78 wrong configuration',
      ]
  return `${parts.join('\n\n')}\n`
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
          ['CONNECTOR_ADMIN_PORT', 'A port for /healthz and /readyz; none if left out'],
        ]
      : [['CONNECTOR_PORT', 'The port that events are received on; wins over `port`']]
  return [
    ['CONNECTOR_CONFIG', `The configuration; ${DEFAULT_FILES[0]} if left out`],
    ...port,
    ['LOG_LEVEL', 'How much is logged; wins over `log_config.level`'],
    ['BILLOW_DATA_DIR', 'The directory of state and socket; .billow if left out'],
  ]
}
