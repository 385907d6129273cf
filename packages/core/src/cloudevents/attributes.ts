import { isRawNumber } from '../json.ts'
import { parseMediaType } from './media-type.ts'
import { isTimestamp } from './timestamp.ts'

/** The attributes of the specification, in the order in which they are written. */
export const CORE_ATTRIBUTES = [
  'specversion',
  'id',
  'source',
  'type',
  'datacontenttype',
  'dataschema',
  'subject',
  'time',
] as const
type CoreAttribute = (typeof CORE_ATTRIBUTES)[number]

const REQUIRED: ReadonlySet<string> = new Set(['specversion', 'id', 'source', 'type'])
const NAMED: ReadonlySet<string> = new Set([...CORE_ATTRIBUTES, 'data', 'data_base64'])

export type Fields = Readonly<Record<string, unknown>>

/**
 * The attributes of an event in the order in which they are written, without those unset. What is wrong is added
 * to `faults`, a line each: the attribute, what was found, what is allowed.
 */
export function readAttributes(fields: Fields, faults: string[]): Record<string, unknown> {
  const attributes: Record<string, unknown> = {}
  for (const name of CORE_ATTRIBUTES) {
    const value = fields[name]
    if (value !== undefined && value !== null) {
      if (!ALLOWED[name].test(value)) faults.push(fault(name, value, ALLOWED[name].words))
      attributes[name] = value
    } else if (REQUIRED.has(name)) {
      faults.push(`${name}: missing; ${ALLOWED[name].words} is required`)
    }
  }
  for (const name of extensionsOf(fields)) {
    const value = fields[name]
    if (!/^[a-z0-9]+$/.test(name)) {
      faults.push(`${shown(name)}: a name of lower-case letters a-z and digits is allowed`)
    } else if (!isExtensionValue(value)) {
      faults.push(fault(name, value, EXTENSION_WORDS))
    } else {
      attributes[name] = isRawNumber(value) ? 0 : value
    }
  }
  return attributes
}

/** The names of the extension attributes that are set. */
export const extensionsOf = (fields: Fields): readonly string[] =>
  Object.keys(fields).filter(name => !NAMED.has(name) && fields[name] !== undefined && fields[name] !== null)

interface Rule {
  readonly test: (value: unknown) => boolean
  readonly words: string
}

const NON_EMPTY: Rule = {
  test: value => value !== '' && isText(value),
  words: 'a text that is not empty, without control characters',
}

const ALLOWED: Readonly<Record<CoreAttribute, Rule>> = {
  specversion: { test: value => value === '1.0', words: '"1.0"' },
  id: NON_EMPTY,
  source: {
    test: value => typeof value === 'string' && URI_REFERENCE.test(value),
    words: 'a URI-reference such as cloud.aws.billing or https://example.com/bills',
  },
  type: NON_EMPTY,
  datacontenttype: {
    test: value => typeof value === 'string' && parseMediaType(value) !== undefined,
    words: 'a media type such as application/json',
  },
  dataschema: {
    test: value =>
      typeof value === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(value) && URI_REFERENCE.test(value),
    words: 'an absolute URI',
  },
  subject: NON_EMPTY,
  time: {
    test: value => typeof value === 'string' && isTimestamp(value),
    words: 'an RFC 3339 time such as 2023-11-15T02:00:00Z',
  },
}

// RFC 3986: these characters, escapes, and one fragment at the most.
const URI_REFERENCE =
  /^(?:[\w\-.~:/?[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*(?:#(?:[\w\-.~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?(?<=.)$/

const EXTENSION_WORDS = 'a boolean, a whole number of 32 bits, or a text without control characters'

function isExtensionValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
  // A minus before zero is the one raw number that is a whole number in its plainest spelling.
  if (isRawNumber(value)) return value.rawJSON === '-0'
  return typeof value === 'boolean' || isText(value)
}

/** Text without what the specification forbids: control characters, noncharacters, half surrogate pairs. */
function isText(value: unknown): value is string {
  if (typeof value !== 'string') return false
  return (
    /^[\x20-\x7e]*$/.test(value) ||
    (value.isWellFormed() && !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(value))
  )
}

const fault = (name: string, value: unknown, words: string): string =>
  `${name}: found ${shown(value)}; ${words} is allowed`

/** A value in one short line. */
export function shown(value: unknown): string {
  if (isRawNumber(value)) return value.rawJSON.slice(0, 40)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
}
