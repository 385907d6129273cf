import { parseArgs } from 'node:util'
import { ConfigError, UsageError } from '@billow/core'
import { configFile, type FileChoice, noFile, OPTIONS } from '@billow/core/program'

/** What the command line is about. */
export interface Subject {
  /** The pipeline file: the word that looks like a path, else what `configFile` chooses. */
  readonly file: string | undefined
  /** The name of a connector in it. */
  readonly name: string | undefined
  /** All names, for a command that takes several. */
  readonly names: readonly string[]
}

/** Names of connectors have neither dots nor slashes; files have. */
const isFile = (word: string): boolean => /[./\\]/.test(word)

export function subjectOf(
  command: string,
  words: readonly string[],
  choice: FileChoice,
  mostNames = 1,
): Subject {
  const files = words.filter(isFile)
  const names = words.filter(word => !isFile(word))
  const extra = files[1] ?? names[mostNames]
  if (extra !== undefined) throw new UsageError(`${command}: "${extra}" is one word too many`)
  return { file: files[0] ?? configFile(choice), name: names[0], names }
}

/** The pipeline file of a command that needs one. */
export function fileOf(command: string, { file }: Subject, files: readonly string[]): string {
  if (file !== undefined) return file
  if (files.length > 0) throw new ConfigError(`(no pipeline file): ${noFile({ files })}`)
  throw new UsageError(`${command}: name the pipeline file: billow ${command} pipeline.yml`)
}

/** The words and `--config` of a line of whose options only those of every command are known yet. */
export function skim(argv: readonly string[]): {
  readonly words: readonly string[]
  readonly config: string | undefined
} {
  const { values, tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(Object.entries(OPTIONS).map(([name, { type }]) => [name, { type }])),
    strict: false,
    tokens: true,
  })
  // Behind an option that is not known, a word may be its value.
  const end = tokens.findIndex(token => token.kind === 'option' && !Object.hasOwn(OPTIONS, token.name))
  const known = end === -1 ? tokens : tokens.slice(0, end)
  const words = known.flatMap(token => (token.kind === 'positional' ? [token.value] : []))
  return { words, config: typeof values['config'] === 'string' ? values['config'] : undefined }
}
