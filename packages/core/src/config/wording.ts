import { FORMATS } from './formats.ts'
import { choicesOf, itemsOf, type Schema } from './schema.ts'
import { nearest } from './suggest.ts'

/** `a, b or c` */
export function listed(words: readonly string[], joint: 'or' | 'and'): string {
  const rest = words.slice(0, -1)
  return rest.length ? `${rest.join(', ')} ${joint} ${words.at(-1)}` : (words[0] ?? '')
}

/** What a schema allows, in words: `a whole number from 1 to 23`. */
export function allowed(schema: Schema): string {
  if (schema.allowed) return schema.allowed
  const choices = choicesOf(schema)
  if (choices) return listed(choices.map(String), 'or')
  if (schema.anyOf) return listed([...new Set(schema.anyOf.map(allowed))], 'or')
  switch (schema.type ?? '') {
    case 'boolean':
      return 'true or false'
    case 'integer':
      return `a whole number${range(schema)}`
    case 'number':
      return `a number${range(schema)}`
    case 'string':
      return text(schema)
    case 'array':
      return list(schema)
    case 'object':
      return mapping(schema)
    default:
      return 'a value'
  }
}

function range({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return ` of at least ${minimum}`
  return maximum === undefined ? '' : ` of at most ${maximum}`
}

function amount(least: number | undefined, most: number | undefined, unit: string): string {
  if (most !== undefined) return `${least ?? 0} to ${most} ${unit}`
  return least ? `at least ${least} ${unit}` : ''
}

function text(schema: Schema): string {
  const format = schema.format === undefined ? undefined : FORMATS[schema.format]
  if (format) return format.allowed
  if (schema.pattern !== undefined) return `a text that matches ${schema.pattern}`
  if (schema.minLength === 1 && schema.maxLength === undefined) return 'a text that is not empty'
  const length = amount(schema.minLength, schema.maxLength, 'characters')
  return length ? `a text of ${length}` : 'a text'
}

function list({ minItems, maxItems, ...schema }: Schema): string {
  const size = amount(minItems, maxItems, 'items')
  const items = [...new Set(itemsOf(schema).map(allowed))]
  return `a list${size && ` of ${size}`}${items.length ? `, each item ${listed(items, 'or')}` : ''}`
}

function mapping(schema: Schema): string {
  const names = Object.keys(schema.properties ?? {})
  const short = schema.short === undefined ? undefined : schema.properties?.[schema.short]
  if (short) return `${allowed(short)}, or a mapping with the keys ${listed(names, 'and')}`
  if (names.length) return `a mapping with the keys ${listed(names, 'and')}`
  const [value] = Object.values(schema.patternProperties ?? {})
  const extra = value ?? schema.additionalProperties
  return typeof extra === 'object' ? `a mapping of names to ${allowed(extra)}` : 'a mapping'
}

/** The value that a wrong text probably means. */
export function meant(value: string, schema: Schema): string | undefined {
  const choices = choicesOf(schema)
  if (choices) return nearest(value, choices.map(String))
  const known = schema.format === undefined ? undefined : FORMATS[schema.format]?.known?.()
  if (!known || !showable(value)) return undefined
  return nearest(value, known) ?? known.find(name => lastWord(name) === lastWord(value))
}

const lastWord = (text: string) => text.toLowerCase().replaceAll(' ', '_').split('/').at(-1)

/** What was found, without anything that may be a secret. `written` is the text of a number in the file. */
export function found(
  value: unknown,
  options: { schema: Schema | undefined; hidden: boolean; written?: string | undefined },
): string {
  const { schema, hidden, written = String(value) } = options
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length ? 'a list' : 'an empty list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'boolean') return hidden ? 'a boolean' : String(value)
  if (typeof value === 'number') return hidden || written.length > 6 ? 'a number' : written
  if (value === '') return 'an empty text'
  const shown = typeof value === 'string' && !hidden && (showable(value) || (schema && meant(value, schema)))
  return shown ? `"${value}"` : 'a text'
}

/** Whether a text is certainly no pasted secret: short, and of words in one case, as values of a configuration are. */
const showable = (text: string) =>
  text.length <= 14 &&
  /^(?:[A-Z]?[a-z]{1,12}|[A-Z]{1,5})(?:[-_./+: ](?:[A-Z]?[a-z]{1,12}|[A-Z]{1,5}|\d{1,5}))*$/.test(text)

const NAME_WORD = /^(?:[A-Z]{1,16}|[A-Za-z]?[a-z]{1,15}(?:[A-Z][a-z]{2,15})*|[A-Za-z]{0,3})\d{0,2}[A-Za-z]?$/

/** Whether the name of a key or a variable may be shown: made of words as names are, so no secret in the wrong place. */
export const showableName = (name: string): boolean =>
  name.length <= 64 && name.split(/[_.-]/).every(word => NAME_WORD.test(word))

/** Whether a path may be shown: one whose every part is a name. */
export const showablePath = (path: string): boolean => path.split('/').every(showableName)
