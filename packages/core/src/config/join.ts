import type { TObject, TProperties, TSchema } from 'typebox'
import { mapItems, type Schema, schemaOf } from './schema.ts'

type Properties<S extends readonly TSchema[]> = S extends readonly [
  infer First,
  ...infer Rest extends readonly TSchema[],
]
  ? (First extends TObject<infer Own> ? Own : unknown) & Properties<Rest>
  : unknown

type Joined<S extends readonly TSchema[]> =
  Properties<S> extends infer All extends TProperties ? TObject<All> : TObject

/**
 * Joins open object schemas (a connector's, the target's, the runtime's) to one closed one: keys that none of
 * them names are refused, in nested objects too, unless an object sets `additionalProperties` itself.
 * A key that two of them define, by name or alias, is an error of the program and throws.
 */
export function joinSchemas<const S extends readonly TSchema[]>(...schemas: S): Joined<S> {
  const properties: Record<string, Schema> = {}
  const required: string[] = []
  const allOf: object[] = []
  for (const schema of schemas.map(schemaOf)) {
    if (schema.type !== 'object') throw new TypeError('the config of a connector must be an object schema')
    Object.assign(properties, schema.properties)
    required.push(...(schema.required ?? []))
    allOf.push(...conditionsOf(schema))
  }
  const names = schemas.flatMap(schema => namesOf(schemaOf(schema)))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TypeError(`the config key "${twice}" is defined twice`)
  const conditions = allOf.length > 0 ? { allOf } : {}
  return closeSchema({ type: 'object', properties, required, ...conditions }) as Joined<S>
}

/** What a schema says of its keys together: which of them need or exclude each other. */
function conditionsOf(schema: object): readonly object[] {
  const found = Object.entries(schema).filter(([keyword]) => CONDITIONS.includes(keyword))
  return found.length > 0 ? [{ type: 'object', ...Object.fromEntries(found) }] : []
}

const CONDITIONS = ['dependencies', 'if', 'then', 'else']

const namesOf = (schema: Schema): readonly string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, value]) => [name, ...(value.aliases ?? [])])

const closedSchemas = new WeakMap<Schema, Schema>()

/**
 * The schema with its objects closed, the same one for each call. A nested object all of whose keys can be left out
 * can be left out too. Closing a closed schema changes nothing.
 */
export function closeSchema(schema: Schema): Schema {
  const closed = closedSchemas.get(schema) ?? close(schema)
  closedSchemas.set(schema, closed)
  return closed
}

function close(schema: Schema): Schema {
  const closed: { -readonly [K in keyof Schema]: Schema[K] } = { ...schema }
  if (schema.anyOf) closed.anyOf = schema.anyOf.map(closeSchema)
  Object.assign(closed, mapItems(schema, closeSchema))
  if (schema.patternProperties) closed.patternProperties = mapValues(schema.patternProperties, closeSchema)
  if (schema.type !== 'object') return closed
  const extra = schema.additionalProperties ?? false
  closed.additionalProperties = typeof extra === 'object' ? closeSchema(extra) : extra
  if (schema.properties) {
    closed.properties = mapValues(schema.properties, (value, name) => {
      const property = closeSchema(value)
      return schema.required?.includes(name) && canBeEmpty(property) ? { ...property, default: {} } : property
    })
  }
  return closed
}

const canBeEmpty = (schema: Schema): boolean =>
  schema.type === 'object' &&
  schema.default === undefined &&
  (schema.required ?? []).every(name => schema.properties?.[name]?.default !== undefined)

export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]))
}
