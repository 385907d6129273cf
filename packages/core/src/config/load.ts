import { dirname } from 'node:path'
import type { Static, TSchema } from 'typebox'
import { ConfigError } from '../errors.ts'
import { closeSchema } from './join.ts'
import { readTree } from './read.ts'
import { newReading, type Place, pointerOf, type Reading } from './reading.ts'
import { schemaOf } from './schema.ts'
import { sealValues } from './seal.ts'
import { LIMIT_TEXT, readTextFile } from './text-file.ts'
import { validate } from './validate.ts'
import { applySettings, settingsFrom } from './variables.ts'
import { parseYaml } from './yaml.ts'

export interface ConfigInput<S extends TSchema> {
  /** An object schema, joined or not: keys that it does not name are refused. */
  readonly schema: S
  /** The YAML file; `undefined` where there is none, which is an empty configuration. */
  readonly file: string | undefined
  /** The file's text where it is at hand; then `file` only names it and gives `${file:…}` its directory. */
  readonly text?: string | undefined
  /** The environment. Empty variables count as not set. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Which variable sets which key: `{ LOG_LEVEL: 'log_config.level' }`. A variable wins over the file. */
  readonly variables: Readonly<Record<string, string>>
  /** What a schema cannot say: faults of the values, which may be wrong in any other way too, by JSON pointer. */
  readonly judge?: (values: unknown) => readonly { readonly pointer: string; readonly text: string }[]
}

/** Stands in a fault where the name of a file would. */
export const NO_FILE = '(no config file)'

export interface LoadedConfig<C> {
  /** Defaults filled in, secrets wrapped in `Secret`, frozen to the ground. */
  readonly config: C
  /** The texts of all secrets, for `createRedactor`. */
  readonly secrets: readonly string[]
}

/**
 * Loads a configuration. Reads the file and those that it refers to, and touches nothing else.
 * @throws ConfigError with every fault: `file:line:column: key: what was found, what is allowed`, or the variable's
 * name in place of `file:line:column`. No fault shows a secret or a line of the file.
 */
export function loadConfig<S extends TSchema>(input: ConfigInput<S>): LoadedConfig<Static<S>> {
  const { file, env, variables } = input
  const name = file ?? (input.text === undefined ? NO_FILE : '(config)')
  const root = closeSchema(schemaOf(input.schema))
  const reading = newReading(root)
  const settings = settingsFrom(root, variables, env)
  const yaml = parseYaml(input.text ?? textOf(file), name)
  const incomplete = yaml.faults.length > 0
  reading.faults.push(...yaml.faults)
  const overridden = new Set(settings.map(setting => setting.pointer))
  const surroundings = { env, directory: file === undefined ? '.' : dirname(file) }
  const values = incomplete ? {} : readTree({ reading, yaml, surroundings, overridden })
  applySettings(reading, values, settings)
  const byPointer = new Map(Object.entries(variables).map(([variable, key]) => [pointerOf(key), variable]))
  const top = file === undefined && input.text === undefined ? name : `${name}:1:1`
  validate({ reading, values, top, variables: byPointer, incomplete })
  const judged = incomplete ? [] : (input.judge?.(values) ?? [])
  for (const { pointer, text } of judged) {
    const { at, offset, label } = placeAt(reading, pointer) ?? { at: top, offset: 0, label: '' }
    reading.faults.push({ offset, line: `${at}: ${label}: ${text}` })
  }
  if (reading.faults.length) {
    throw new ConfigError(reading.faults.toSorted((a, b) => a.offset - b.offset).map(fault => fault.line))
  }
  const config = sealValues(values, root, reading.secrets) as Static<S>
  return { config, secrets: [...reading.secrets] }
}

/** The place of a value, or of the nearest that was given around it. */
function placeAt({ places }: Pick<Reading, 'places'>, pointer: string): Place | undefined {
  return (
    places.get(pointer) ?? (pointer === '' ? undefined : placeAt({ places }, pointer.replace(/\/[^/]*$/, '')))
  )
}

function textOf(file: string | undefined): string {
  if (file === undefined) return ''
  const result = readTextFile(file)
  if ('text' in result) return result.text
  throw new ConfigError(
    `${file}: the file ${result.problem}, allowed is a readable YAML file of at most ${LIMIT_TEXT}`,
  )
}
