import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { describeError } from '../errors.ts'
import { FORMATS } from './formats.ts'
import { closeSchema } from './join.ts'
import { type Place, pointerTo, type Reading } from './reading.ts'
import type { Schema } from './schema.ts'
import { allowed, meant } from './wording.ts'

interface Judging {
  readonly reading: Reading
  readonly values: Record<string, unknown>
  /** Where to say that a key is missing at the top. */
  readonly top: string
  /** The variable that sets a key, by the key's pointer. */
  readonly variables: ReadonlyMap<string, string>
  /** The file is no YAML, so nothing can be called missing. */
  readonly incomplete: boolean
}

/** Judges values by the schema and fills in defaults. What is wrong becomes faults of the reading. */
export function validate(judging: Judging): void {
  const { reading } = judging
  const check = compiled(reading.root)
  if (check(judging.values)) return
  const errors = check.errors ?? []
  const unions = errors.filter(error => error.keyword === 'anyOf').map(error => `${error.schemaPath}/`)
  const told = new Set<string>()
  for (const error of errors) {
    // What it refuses is told on its own.
    if (error.keyword === 'if') continue
    // Why each part of a union does not fit is noise beside the union's own error.
    if (unions.some(union => error.schemaPath.startsWith(union))) continue
    const { missingProperty: name }: { readonly missingProperty?: string } = error.params
    const pointer = name === undefined ? error.instancePath : pointerTo(error.instancePath, name)
    if (told.has(pointer) || reading.broken.has(pointer)) continue
    told.add(pointer)
    if (name === undefined) tellWrong(judging, error)
    else tellMissing(judging, error, name, pointer)
  }
}

const checks = new WeakMap<Schema, ValidateFunction>()

/** Compiling takes some milliseconds, so a schema is compiled once. */
function compiled(schema: Schema): ValidateFunction {
  const check = checks.get(schema) ?? compiler().compile(schema)
  checks.set(schema, check)
  return check
}

/** What is wrong with a connector's schema itself, as its author must hear it; nothing where it can be used. */
export function schemaFault(schema: Schema): string | undefined {
  try {
    compiled(closeSchema(schema))
    return undefined
  } catch (error) {
    return describeError(error)
  }
}

function compiler(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    allowMatchingProperties: true,
  })
  ajv.addVocabulary(['secret', 'aliases', 'allowed', 'short'])
  for (const [name, { validate }] of Object.entries(FORMATS)) ajv.addFormat(name, validate)
  return ajv
}

function tellMissing(judging: Judging, error: ErrorObject, name: string, pointer: string): void {
  const { reading, top, variables, incomplete } = judging
  const replaced = [...reading.meant].some(meant => meant === pointer || meant.startsWith(`${pointer}/`))
  if (incomplete || replaced) return
  const parent = reading.places.get(error.instancePath)
  const mapping = (error.parentSchema ?? {}) as Schema
  const variable = variables.get(pointer)
  const instead = variable === undefined ? '' : `; the variable ${variable} sets it too`
  reading.faults.push({
    offset: parent?.keyOffset ?? 0,
    line: `${parent?.keyAt ?? top}: ${labelOf(parent, name, pointer)}: missing, allowed is ${allowed(mapping.properties?.[name] ?? {})}${instead}`,
  })
}

const labelOf = (parent: Place | undefined, name: string, pointer: string) =>
  parent ? [parent.label, name].filter(Boolean).join('.') : pointer.slice(1).replaceAll('/', '.')

function tellWrong({ reading }: Judging, error: ErrorObject): void {
  const schema = (error.parentSchema ?? {}) as Schema
  const place = reading.places.get(error.instancePath)
  if (!place) throw new TypeError(`the config schema does not allow its own default at ${error.instancePath}`)
  const { at, offset, label, found, hint, hidden } = place
  const guess = typeof error.data === 'string' && !hidden ? meant(error.data, schema) : undefined
  const question = guess === undefined ? '' : `; did you mean ${guess}?`
  reading.faults.push({
    offset,
    line: `${at}: ${label}: found ${found}, allowed is ${allowed(schema)}${hint}${question}`,
  })
}
