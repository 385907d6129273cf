import { parseArgs } from 'node:util'
import type { CommandOption } from '../command.ts'
import { nearest } from '../config/suggest.ts'
import { UsageError } from '../errors.ts'

export interface CommonCommand {
  /** One line for `--help`. */
  readonly summary: string
  readonly options?: Readonly<Record<string, CommandOption>>
}

/** The commands that every connector has. */
export const COMMANDS: Readonly<Record<string, CommonCommand>> = {
  run: { summary: 'Connect and stay (the default)' },
  check: { summary: 'Check configuration, credentials, permission and target, and say what to do' },
  health: { summary: 'Ask the running process how it is (for HEALTHCHECK)' },
  schema: { summary: 'Print the JSON Schema of the configuration, for editors' },
  'dead-letters': {
    summary: 'List the events that were refused for good and are kept, with the reason',
    options: {
      discard: { type: 'boolean', summary: 'Give letters up for good, those of --id or --all' },
      id: { type: 'string', value: 'ID', summary: 'The one of this id' },
      all: { type: 'boolean', summary: 'All of them' },
      yes: { type: 'boolean', summary: 'Discard without asking' },
    },
  },
  replay: {
    summary: 'Send dead letters again; those delivered are kept no longer',
    options: {
      id: { type: 'string', value: 'ID', summary: 'The one of this id' },
      all: { type: 'boolean', summary: 'All of them, in order' },
      'dry-run': { type: 'boolean', summary: 'Only say how many, and which were replaced since' },
    },
  },
}

export const OPTIONS: Readonly<Record<string, CommandOption>> = {
  config: { type: 'string', value: 'FILE', summary: 'The configuration; before CONNECTOR_CONFIG' },
  clock: { type: 'string', value: 'DAY', summary: 'Believe that it is this day (or instant), for tests' },
  json: { type: 'boolean', summary: 'Print JSON' },
  help: { type: 'boolean', summary: 'Show this help' },
  version: { type: 'boolean', summary: 'Print name and version' },
}

export interface Arguments {
  readonly command: string
  /** What stands between the command and its options. */
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** What a command line may say. */
export interface Grammar {
  readonly commands: Readonly<Record<string, CommonCommand>>
  /** Those of every command. */
  readonly options: Readonly<Record<string, CommandOption>>
  /** How many words may follow a command; none if left out. */
  readonly words?: number
}

/** @throws UsageError that says what is allowed. */
export function parseArguments(grammar: Grammar, argv: readonly string[]): Arguments {
  const { commands, words: most = 0 } = grammar
  const word = argv[0] !== undefined && !argv[0].startsWith('-') ? argv[0] : undefined
  const command = word ?? 'run'
  const entry = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (!entry) throw unknownCommand(command, Object.keys(commands))
  const options = { ...grammar.options, ...entry.options }
  const { tokens } = parseArgs({
    args: argv.slice(word === undefined ? 0 : 1),
    options: Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }])),
    strict: false,
    tokens: true,
  })
  const values: Record<string, string | boolean> = {}
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (words.push(token.value) <= most) continue
      throw new UsageError(`${command}: "${token.value}" is one word too many`)
    }
    if (token.kind !== 'option') continue
    const name = token.rawName === '-h' ? 'help' : token.name
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    const names = Object.keys(options)
    if (!option) {
      throw new UsageError(
        `${command}: no option ${token.rawName}${hint(name, names, '--')}; the options are ${names.map(n => `--${n}`).join(', ')}`,
      )
    }
    if (option.type === 'string' && (token.value === undefined || token.value === '')) {
      throw new UsageError(`${command}: --${name} needs a value: --${name} ${option.value ?? 'VALUE'}`)
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new UsageError(`${command}: --${name} takes no value`)
    }
    values[name] = option.type === 'boolean' ? true : (token.value as string)
  }
  return { command, words, options: values }
}

export function unknownCommand(command: string, known: readonly string[]): UsageError {
  return new UsageError(
    `no command "${command}"${hint(command, known)}; the commands are ${known.join(', ')}`,
  )
}

function hint(found: string, known: readonly string[], prefix = ''): string {
  const near = nearest(found, known)
  return near ? `; did you mean ${prefix}${near}?` : ''
}
