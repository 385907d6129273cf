/** A JSON number kept as the text that it was written with, because a double would change its digits. */
export interface RawNumber {
  readonly rawJSON: string
}

// The types of TypeScript know neither raw JSON nor the reviver's third parameter yet.
const json = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

const MAX_DEPTH = 100
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * Parses JSON and keeps every digit: a number that would be written back differently (`0.10`, `1.0`, `5.2E-9`,
 * `-0`, more than 2^53) becomes a raw number, any other a plain one.
 * @throws SyntaxError without any of the text in it: malformed, or nested deeper than 100 levels.
 */
export function parseJson(text: string): unknown {
  const exact = hasRawNumber(text)
  try {
    return exact ? json.parse(text, keepDigits) : JSON.parse(text)
  } catch (error) {
    throw new SyntaxError(faultOf(error))
  }
}

/**
 * The JSON text of a value; raw numbers are written as they came.
 * @throws TypeError for what JSON cannot hold, RangeError for what is nested too deeply to be written.
 */
export function stringifyJson(value: unknown, indent?: number): string {
  // Typed as always a text, but a function, a symbol and undefined have none.
  const text = JSON.stringify(value, undefined, indent) as string | undefined
  if (text === undefined) throw new TypeError(`JSON cannot hold a value of type ${typeof value}`)
  return text
}

/**
 * A number that leaves with exactly these digits: a raw one where a double would change them, else a plain one.
 * @throws SyntaxError for a text that is no JSON number.
 */
export function exactNumber(text: string): number | RawNumber {
  if (!NUMBER.test(text)) throw new SyntaxError('not a JSON number')
  return survives(text) ? Number(text) : json.rawJSON(text)
}

export const isRawNumber = (value: unknown): value is RawNumber =>
  json.isRawJSON(value) && NUMBER.test(value.rawJSON)

/** The decimal text of a number, raw or plain, exponent included where it has one; nothing for any other value. */
export function digits(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  return isRawNumber(value) ? value.rawJSON : undefined
}

const keepDigits = (_key: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && source !== undefined && source !== String(value) ? json.rawJSON(source) : value

const survives = (number: string): boolean => String(Number(number)) === number

function faultOf(error: unknown): string {
  // The engine's message quotes the text, which may hold a secret: only the position is taken from it.
  const message = error instanceof Error ? error.message : ''
  if (/end of JSON/.test(message)) return 'not JSON: it ends too early'
  const position = /at position \d+/.exec(message)?.[0]
  return position ? `not JSON: wrong ${position}` : 'not JSON'
}

const QUOTE = 0x22
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * One cheap pass over the text, since the reviver costs several times what parsing costs and most events need none.
 * What it says of malformed text does not matter: the parser refuses that afterwards.
 */
function hasRawNumber(text: string): boolean {
  let raw = false
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1
      if (depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH} levels`)
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = endOfNumber(text, at)
      raw ||= !survives(text.slice(at, end))
      at = end - 1
    }
  }
  return raw
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1
    if (escapes % 2 === 0) return end
  }
  return text.length
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end)
    const part =
      (code >= ZERO && code <= NINE) ||
      code === 0x2e ||
      (code | 0x20) === 0x65 ||
      code === 0x2b ||
      code === MINUS
    if (!part) break
  }
  return end
}
