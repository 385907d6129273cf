import type { TSchema } from 'typebox'
import { closeSchema, mapValues } from './join.ts'
import { choicesOf, mapItems, type Schema, schemaOf } from './schema.ts'

type Json = Record<string, unknown>

const REFERENCE: Json = { type: 'string', pattern: '\\$\\{[^}]+\\}' }
const PATTERNS: Readonly<Record<string, string>> = { 'http-url': '^https?://' }

/** The config's JSON Schema (draft 7) for editors: values may also be `${…}` texts, and keys be spelled by their aliases. */
export function editorSchema(schema: TSchema, title: string): Json {
  const draft = 'http://json-schema.org/draft-07/schema#'
  return { $schema: draft, title, ...forEditors(closeSchema(schemaOf(schema))) }
}

function forEditors(schema: Schema): Json {
  const { secret, aliases: _, allowed: __, short, format, description, default: value, ...rest } = schema
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(value === undefined ? {} : { default: value }),
    ...(secret ? { writeOnly: true } : {}),
  }
  if (schema.anyOf) return { ...about, ...rest, anyOf: [...schema.anyOf.map(forEditors), REFERENCE] }
  if (schema.items) return { ...about, ...rest, ...mapItems(schema, forEditors) }
  if (schema.type === 'object') {
    const mapping = { ...rest, ...mappingForEditors(schema) }
    if (short === undefined) return { ...about, ...mapping }
    return { ...about, anyOf: [forEditors(schema.properties?.[short] ?? {}), mapping] }
  }
  const pattern = PATTERNS[format ?? ''] ?? schema.pattern
  const plain = { ...rest, ...(pattern === undefined ? {} : { pattern }) }
  const anyText =
    schema.type === 'string' && pattern === undefined && schema.maxLength === undefined && !choicesOf(schema)
  return { ...about, ...(anyText ? plain : { anyOf: [plain, REFERENCE] }) }
}

function mappingForEditors(schema: Schema): Json {
  const { properties = {}, patternProperties, additionalProperties, required = [] } = schema
  const spellings = Object.entries(properties).flatMap(([name, value]) =>
    [name, ...(value.aliases ?? [])].map(key => [key, value]),
  )
  const needed = required.filter(name => properties[name]?.default === undefined)
  const either = needed.flatMap(name => {
    const aliases = properties[name]?.aliases ?? []
    return aliases.length ? [{ oneOf: [name, ...aliases].map(key => ({ required: [key] })) }] : []
  })
  return {
    properties: mapValues(Object.fromEntries(spellings) as Record<string, Schema>, forEditors),
    ...(patternProperties ? { patternProperties: mapValues(patternProperties, forEditors) } : {}),
    additionalProperties:
      typeof additionalProperties === 'object'
        ? forEditors(additionalProperties)
        : (additionalProperties ?? true),
    required: needed.filter(name => !properties[name]?.aliases?.length),
    ...(either.length ? { allOf: either } : {}),
  }
}
