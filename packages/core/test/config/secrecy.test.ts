import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { ConfigError } from '../../src/errors.ts'
import { load } from './fixtures.ts'

const chars = (text: string) => fc.constantFrom(...text.split(''))
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const MIXED = LETTERS + LETTERS.toUpperCase() + DIGITS

/** Secrets as clouds and people make them, plain in YAML but for the last kind. */
const secrets = fc.oneof(
  fc.string({ unit: chars(MIXED), minLength: 16, maxLength: 40 }).filter(text => /\d/.test(text)),
  fc.string({ unit: chars(`${MIXED}/+=`), minLength: 30, maxLength: 44 }).filter(text => /\d/.test(text)),
  fc.string({ unit: chars(DIGITS), minLength: 7, maxLength: 20 }),
  fc.string({ unit: chars(LETTERS), minLength: 20, maxLength: 30 }),
  fc
    .string({ unit: chars(`${MIXED}&*!|>%@\`#:{}[],?'"\\$ -`), minLength: 12, maxLength: 30 })
    .filter(text => text.trim().length >= 12 && /\d/.test(text) && /[^\w -]/.test(text)),
)

const corruptions = fc.array(
  fc.record({
    at: fc.nat(600),
    remove: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(40) }),
    insert: fc.oneof(
      fc.constantFrom(
        '',
        '\t',
        '"',
        "'",
        ':',
        ': ',
        '\n',
        '\n  ',
        ' ',
        '&',
        '*',
        '!',
        '|',
        '>',
        '{',
        '}',
        '[',
        ']',
        ',',
        '#',
        '- ',
        '? ',
        '${',
        '${file:',
        '}',
        '%',
        '@',
        '\\',
        '<<: ',
        '---\n',
        '\0',
        '\r',
        '\u0085',
      ),
      fc.string({ maxLength: 3 }),
    ),
  }),
  { minLength: 1, maxLength: 5 },
)

interface Written {
  readonly id: string
  readonly key: string
  readonly token: string
  /** Whether the secrets are in quotes, as those with special characters must be. */
  readonly quote: boolean
}

function write({ id, key, token, quote }: Written): string {
  const text = (value: string) => (quote ? JSON.stringify(value) : value)
  return `target: http://localhost:31081/events
pull_hour: 3
pull_zone: Asia/Shanghai
format: json
group_by: [SERVICE, REGION]
secret:
  access_key_id: ${text(id)}
  secret_access_key: ${text(key)}
headers:
  Authorization: ${text(token)}
  x-key: \${TOKEN}
log_config: { level: debug }
port: 8080
`
}

/** All that a caller could print of the error that a text ends with: the message, the stack, what hangs on it. */
function printedBy(text: string, env: Record<string, string> = {}): string {
  try {
    load(text, env)
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return inspect(error, { depth: 9, showHidden: true })
  }
}

function expectHidden(secret: string, printed: string, text: string): void {
  if (printed.includes(secret.trim())) throw new Error(`shown: ${secret}\n${printed}\nof:\n${text}`)
}

describe('no secret gets into an error', () => {
  test('however a file is broken', () => {
    let refused = 0
    const file = fc.record({ id: secrets, key: secrets, token: secrets, env: secrets, quote: fc.boolean() })
    const property = fc.property(file, corruptions, (file, changes) => {
      let text = write(file)
      for (const { at, remove, insert } of changes) {
        const start = at % text.length
        text = text.slice(0, start) + insert + text.slice(start + remove)
      }
      const printed = printedBy(text, { TOKEN: file.env })
      if (printed) refused += 1
      for (const secret of [file.id, file.key, file.token, file.env]) expectHidden(secret, printed, text)
    })
    fc.assert(property, { numRuns: 1500 })
    expect(refused).toBeGreaterThan(500)
  })

  test('wherever in the file it is pasted', () => {
    const places = [
      (s: string) => s,
      (s: string) => `${s}:`,
      (s: string) => `target: ${s}`,
      (s: string) => `target: http//${s}@x`,
      (s: string) => `pull_hour: ${s}`,
      (s: string) => `pull_zone: ${s}`,
      (s: string) => `format: ${s}`,
      (s: string) => `endpoint: "${s} "`,
      (s: string) => `group_by: { a: ${s} }`,
      (s: string) => `${s}: 1`,
      (s: string) => `secret: ${s}`,
      (s: string) => `secret: [${s}]`,
      (s: string) => `secret: { ${s} }`,
      (s: string) => `secret: { access_key_id: { ${s}: 1 } }`,
      (s: string) => `secret: { uses: ${s} }`,
      (s: string) => `secret:\n  access_key_id:${s}`,
      (s: string) => `headers: ${s}`,
      (s: string) => `headers: { ${s} }`,
      (s: string) => `headers: { ${s}: 1 }`,
      (s: string) => `log_config: ${s}`,
      (s: string) => `log_config: { ${s}: 1 }`,
      (s: string) => `port: \${${s}}`,
      (s: string) => `port: \${file:${s}}`,
      (s: string) => `port: \${NONE:-${s}}`,
      (s: string) => `port: 1\nport: ${s}`,
    ]
    const property = fc.property(secrets, fc.constantFrom(...places), (secret, place) => {
      // Where the target is missing, that alone is a fault.
      const text = `${place(secret)}\n${place(secret).startsWith('target') ? 'port: x\n' : ''}`
      const printed = printedBy(text)
      expect(printed).not.toBe('')
      expectHidden(secret, printed, text)
    })
    fc.assert(property, { numRuns: 1500 })
  })
})
