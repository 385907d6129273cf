import { dirname } from 'node:path'
import { parseClock, systemClock, UsageError } from '@billow/core'
import {
  commandTable,
  createBoard,
  EXIT,
  guard,
  helpText,
  isExtended,
  type Link,
  type MainOptions,
  OPTIONS,
  openHost,
  type Plan,
  parseArguments,
  partsOf,
  printVersion,
  runLinkCommand,
  runTogether,
  unknownCommand,
} from '@billow/core/program'
import { checkAll } from './check.ts'
import { CLI_COMMANDS, FOCUS_EXPORT, joined } from './commands.ts'
import type { Place } from './find.ts'
import { guideOf } from './guide.ts'
import { fileOf, skim, subjectOf } from './line.ts'
import { lint } from './lint.ts'
import { listFile, listPackages } from './list.ts'
import { pipelineLoad } from './load.ts'
import { PRESENCE } from './presence.ts'
import { printSchema } from './print-schema.ts'

export interface CliOptions extends MainOptions {
  /** Where to look for the pipeline file if nothing names it; then `run` is what is done without a word. */
  readonly files?: readonly string[] | undefined
  /** Connectors that are part of the program, by the name of their package: a bundle sees no node_modules. */
  readonly builtIn?: Place['builtIn'] | undefined
}

/** As many names of connectors as a command line may hold. */
const MANY = Number.POSITIVE_INFINITY

/** The program `billow`. Resolves to the exit code; see `--help`. */
export function main(options: CliOptions): Promise<number> {
  const { env, streams, postgres, files = [], builtIn = {}, version } = options
  const argv = joined(options.argv)
  return guard(streams, async (terminal, redaction) => {
    const board = createBoard()
    const placeAt = (directory: string): Place => ({ directory, builtIn, version: version ?? '' })
    const loadOf = (file: string) => pipelineLoad({ file, env, place: placeAt(dirname(file)) })

    const [word = files.length > 0 ? 'run' : 'help'] = argv
    if (word === 'help' || word === '--help' || word === '-h') {
      streams.stdout.write(helpText(guideOf(files)))
      return EXIT.ok
    }
    const common = (Object.hasOwn(CLI_COMMANDS, word) && !isExtended(word)) || word.startsWith('-')
    const commands = common ? CLI_COMMANDS : await withOwn(word, argv)
    const { command, words, options } = parseArguments(
      { commands, options: OPTIONS, words: word === FOCUS_EXPORT ? MANY : 2 },
      argv,
    )
    if (options['help']) {
      streams.stdout.write(helpText({ ...guideOf(files), commands }, command))
      return EXIT.ok
    }
    const json = options['json'] === true
    if (options['version']) {
      printVersion({ name: 'billow', version }, { terminal, json })
      return EXIT.ok
    }
    const clock = typeof options['clock'] === 'string' ? parseClock(options['clock']) : systemClock
    const open = (plan: Plan) => openHost(plan, { env, streams, redaction, clock, board, postgres })
    const subject = subjectOf(
      command,
      words,
      { env, config: options['config'], files },
      command === FOCUS_EXPORT ? MANY : 1,
    )
    const call = { env, terminal, json }

    const table: Readonly<Record<string, () => Promise<number>>> = {
      run: () => runTogether(loadOf(fileOf(command, subject, files)), PRESENCE, { board, open, version }),
      lint: () => lint(loadOf(fileOf(command, subject, files)), fileOf(command, subject, files), call),
      list: () =>
        subject.file === undefined
          ? listPackages(placeAt(process.cwd()), call)
          : listFile(subject.file, call),
      health: async () => (await import('./health.ts')).health(call),
      schema: () => printSchema(subject.file, placeAt(dirname(subject.file ?? '')), call),
    }
    if (Object.hasOwn(table, command)) return (table[command] as () => Promise<number>)()

    const file = fileOf(command, subject, files)
    const plan = await loadOf(file)()
    const host = await open(plan)
    try {
      if (command === FOCUS_EXPORT) {
        const { focusExport } = await import('./focus/export.ts')
        const { names } = subject
        const { stdout } = streams
        return await focusExport({
          file,
          names,
          plan,
          host,
          place: placeAt(dirname(file)),
          options,
          stdout,
          terminal,
          json,
        })
      }
      const added = Object.keys(options).some(name => !Object.hasOwn(OPTIONS, name))
      if (command === 'check' && subject.name === undefined && !added) return await checkAll(plan, host, call)
      const link = linkOf(plan, subject.name, command)
      return await runLinkCommand(command, { link, host, board, file, options, terminal })
    } finally {
      await host.close()
    }

    /** Our own commands, with what the connectors bring that the line is about. */
    async function withOwn(command: string, argv: readonly string[]): Promise<typeof CLI_COMMANDS> {
      const { words, config } = skim(argv.slice(1))
      const { file, name } = subjectOf(command, words, { env, config, files })
      const ours = isExtended(command)
      if (file === undefined && !ours) throw unknownCommand(command, Object.keys(CLI_COMMANDS))
      // What is wrong with the file of a command of ours is said when the line is known to be right.
      const plan = file && (await loadOf(file)().catch(error => (ours ? undefined : Promise.reject(error))))
      if (!plan) return CLI_COMMANDS
      const all = tableOf(plan.links)
      if (!Object.hasOwn(all, command)) throw unknownCommand(command, Object.keys(all))
      if (ours && name === undefined) return all
      const own = tableOf([linkOf(plan, name, command)])
      if (!Object.hasOwn(own, command)) throw unknownCommand(command, Object.keys(own))
      return own
    }
  })
}

const tableOf = (links: readonly Link[]): typeof CLI_COMMANDS =>
  commandTable(
    links.flatMap(link => partsOf(link).map(({ connector }) => connector)),
    CLI_COMMANDS,
  )

/** The connector of that name; the only one where no name is given. */
function linkOf({ file, links }: Plan, name: string | undefined, command: string): Link {
  const names = links.map(link => link.name)
  const link = name === undefined && links.length === 1 ? links[0] : links.find(link => link.name === name)
  if (link) return link
  const asked =
    name === undefined
      ? `name a connector: billow ${command} ${file} NAME`
      : `no connector "${name}" in ${file}`
  throw new UsageError(`${command}: ${asked}; the connectors are ${names.join(', ')}`)
}
