import { convert } from './convert.ts'
import { AFTER_FILE, pointerOf, type Reading } from './reading.ts'
import { hasSecretKey, holdsSecret, type Schema } from './schema.ts'
import { found } from './wording.ts'

/** A variable of the environment that sets a key. */
interface Setting {
  readonly variable: string
  readonly path: readonly string[]
  readonly pointer: string
  readonly schema: Schema
  readonly text: string
  readonly hidden: boolean
}

/** The variables that are set, not empty, and name a key that the schema has. */
export function settingsFrom(
  root: Schema,
  variables: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): readonly Setting[] {
  return Object.entries(variables).flatMap(([variable, key]) => {
    const path = key.split('.')
    const text = env[variable]
    const target = descend(root, path)
    return text && target ? [{ variable, path, pointer: pointerOf(key), text, ...target }] : []
  })
}

function descend(root: Schema, path: readonly string[]): Pick<Setting, 'schema' | 'hidden'> | undefined {
  let schema: Schema | undefined = root
  let hidden = false
  for (const [depth, name] of path.entries()) {
    hidden ||= depth > 0 && hasSecretKey(schema)
    schema = schema.properties?.[name]
    if (!schema) return undefined
  }
  return { schema, hidden: hidden || holdsSecret(schema) }
}

/** Puts what variables set into the values read from the file. */
export function applySettings(
  reading: Reading,
  values: Record<string, unknown>,
  settings: readonly Setting[],
): void {
  for (const { variable, path, pointer, schema, text, hidden } of settings) {
    const parent = path.slice(0, -1).reduce<unknown>((node, name) => {
      if (!isRecord(node)) return undefined
      node[name] ??= {}
      return node[name]
    }, values)
    if (!isRecord(parent)) continue
    const value = convert(text, schema)
    parent[path.at(-1) ?? ''] = value
    const place = {
      at: variable,
      offset: AFTER_FILE,
      keyAt: variable,
      keyOffset: AFTER_FILE,
      label: path.join('.'),
    }
    reading.places.set(pointer, { ...place, found: found(value, { schema, hidden }), hidden, hint: '' })
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
