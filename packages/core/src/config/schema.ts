import type { TSchema } from 'typebox'

/** What this folder reads of a JSON Schema; the four last keywords are our own. */
export interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  /** One for all items, or one for each. */
  readonly items?: Schema | readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly default?: unknown
  readonly description?: string
  /** The value is a secret: it becomes a `Secret`, and no message shows it. */
  readonly secret?: boolean
  /** Other spellings of the key, taken like the key itself. */
  readonly aliases?: readonly string[]
  /** The words for what is allowed, where those made from the other keywords would not do. */
  readonly allowed?: string
  /** A value that is no mapping stands for a mapping with this key: a URL for `{ url: … }`. */
  readonly short?: string
}

type Kind = 'object' | 'array' | 'scalar'

export const schemaOf = (schema: TSchema): Schema => schema

const choicesOnly = (schema: Schema) => schema.enum !== undefined || 'const' in schema

function accepts(schema: Schema, kind: Kind): boolean {
  if (choicesOnly(schema)) return kind === 'scalar'
  if (schema.type === undefined) return true
  if (kind === 'scalar') return schema.type !== 'object' && schema.type !== 'array'
  return schema.type === kind
}

/** The schema that a value of this kind is read by: the schema itself, or the first fitting part of a union. */
export function branch(schema: Schema | undefined, kind: Kind): Schema | undefined {
  if (!schema?.anyOf) return schema && accepts(schema, kind) ? schema : undefined
  for (const option of schema.anyOf) {
    const found = branch(option, kind)
    if (found) return found
  }
  return undefined
}

/** The property that a key of the file means, by its name or by an alias. */
export function propertyOf(schema: Schema, key: string): string | undefined {
  const properties = schema.properties ?? {}
  if (Object.hasOwn(properties, key)) return key
  return Object.keys(properties).find(name => properties[name]?.aliases?.includes(key))
}

/** The schema for a key that is no named property: `false` where such keys are not allowed, `undefined` where anything is. */
export function extraSchema(schema: Schema, key: string): Schema | false | undefined {
  for (const [pattern, value] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, 'u').test(key)) return value
  }
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties
  return schema.additionalProperties === false ? false : undefined
}

/** The schema of the item at an index. */
export const itemOf = ({ items }: Schema, index: number): Schema | undefined =>
  isTuple(items) ? items[index] : items

/** The schemas of a list's items, each once. */
export const itemsOf = ({ items }: Schema): readonly Schema[] =>
  items === undefined ? [] : isTuple(items) ? items : [items]

const isTuple = (items: Schema['items']): items is readonly Schema[] => Array.isArray(items)

/** The list with the schemas of its items changed. */
export const mapItems = ({ items }: Schema, change: (item: Schema) => Schema): Pick<Schema, 'items'> =>
  items === undefined ? {} : { items: isTuple(items) ? items.map(change) : change(items) }

function childrenOf(schema: Schema): readonly Schema[] {
  const { properties, patternProperties, additionalProperties, anyOf } = schema
  return [
    ...Object.values(properties ?? {}),
    ...Object.values(patternProperties ?? {}),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...itemsOf(schema),
    ...(anyOf ?? []),
  ]
}

export const isSecret = (schema: Schema): boolean =>
  schema.secret === true || (schema.anyOf ?? []).some(isSecret) || itemsOf(schema).some(isSecret)

/** Whether a secret may stand anywhere in a value of this schema. */
export const holdsSecret = (schema: Schema): boolean =>
  isSecret(schema) || childrenOf(schema).some(holdsSecret)

/** Whether a mapping has a secret right under one of its keys. */
export const hasSecretKey = (schema: Schema): boolean => childrenOf(schema).some(isSecret)

/** The values of a closed choice, written as an enum or as a union of constants. */
export function choicesOf(schema: Schema): readonly unknown[] | undefined {
  if (schema.enum) return schema.enum
  if ('const' in schema) return [schema.const]
  if (!schema.anyOf) return undefined
  const choices = schema.anyOf.map(choicesOf)
  return choices.every(values => values !== undefined) ? choices.flat() : undefined
}

/** The JSON types that a value may have, as far as the schema says. */
export const scalarTypes = (schema: Schema | undefined): readonly string[] =>
  schema?.anyOf
    ? schema.anyOf.flatMap(scalarTypes)
    : schema?.type
      ? [schema.type]
      : (schema?.enum ?? []).map(v => typeof v)
