import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { digits, exactNumber, isRawNumber, parseJson, stringifyJson } from '../../src/json.ts'

const KEPT = [
  '0.10',
  '1.0',
  '5.2E-9',
  '-0',
  '-0.0',
  '1e999',
  '1E2',
  '9007199254740993',
  '0.30000000000000004000',
]
const PLAIN = ['0', '5.2e-9', '-1', '12', '0.23', '0.2352', '9007199254740991', '1.5e-7', '1e+21', '-0.5']

/** JSON texts without white space, with numbers in any spelling, as JSON.stringify would write the rest. */
const digitsOf = (least: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: least, maxLength: 25 })
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    digitsOf(1).map(text => text.replace(/^0+(?=.)/, '')),
    fc.option(
      digitsOf(1).map(text => `.${text}`),
      { nil: '' },
    ),
    fc.option(
      fc
        .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.nat(400))
        .map(parts => parts.join('')),
      {
        nil: '',
      },
    ),
  )
  .map(parts => parts.join(''))
const jsonText = fc.letrec<{ value: string }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    numberText,
    fc.constantFrom('true', 'false', 'null'),
    fc.string({ unit: 'binary' }).map(text => JSON.stringify(text)),
    fc.constantFrom('"1.0"', '"\\\\"', '"a\\"0.10"', '"[{"'),
    fc.array(tie('value'), { maxLength: 4 }).map(items => `[${items.join(',')}]`),
    fc
      .dictionary(
        fc.string().filter(key => !/^(0|[1-9]\d*)$/.test(key)),
        tie('value'),
        { maxKeys: 4 },
      )
      .map(
        entries =>
          `{${Object.entries(entries)
            .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
            .join(',')}}`,
      ),
  ),
})).value

describe('parseJson', () => {
  test.each(KEPT)('%s keeps its digits', text => {
    const value = parseJson(`{"amount":${text}}`) as { amount: unknown }
    expect(isRawNumber(value.amount)).toBe(true)
    expect(digits(value.amount)).toBe(text)
    expect(stringifyJson(value)).toBe(`{"amount":${text}}`)
  })

  test.each(PLAIN)('%s is a plain number', text => {
    expect(parseJson(`[${text}]`)).toEqual([Number(text)])
    expect(stringifyJson(parseJson(`[${text}]`))).toBe(`[${text}]`)
  })

  test('writes back what it read, whatever the spelling of its numbers', () => {
    fc.assert(
      fc.property(jsonText, text => {
        expect(stringifyJson(parseJson(text))).toBe(text)
        expect(JSON.parse(stringifyJson(parseJson(` ${text}\n`)))).toEqual(JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  test('refuses what JSON.parse refuses, and shows none of it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          jsonText.map(text => text.slice(0, -1)),
        ),
        text => {
          let valid = true
          try {
            JSON.parse(text)
          } catch {
            valid = false
          }
          if (valid) expect(() => parseJson(text)).not.toThrow()
          else
            expect(() => parseJson(text)).toThrow(/^not JSON(: (wrong at position \d+|it ends too early))?$/)
        },
      ),
    )
    expect(() => parseJson('{"token": hunter2}')).toThrow(/^(?!.*hunter2)/)
  })

  test('refuses what is nested too deeply, and takes brackets in texts for texts', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(stringifyJson(parseJson(nested(100)))).toBe(nested(100))
    expect(() => parseJson(nested(101))).toThrow('nested deeper than 100 levels')
    expect(() => parseJson('{"a":'.repeat(200_000))).toThrow('nested deeper than 100 levels')
    expect(parseJson(JSON.stringify('['.repeat(1000)))).toBe('['.repeat(1000))
  })

  test('a key named __proto__ is a key like any other', () => {
    for (const text of ['{"__proto__":{"admin":true}}', '{"__proto__":{"admin":1.0},"n":0.10}']) {
      const value = parseJson(text) as { admin?: unknown }
      expect(value.admin).toBeUndefined()
      expect(Object.keys(value)).toContain('__proto__')
      expect(stringifyJson(value)).toBe(text)
    }
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })
})

describe('digits and exactNumber', () => {
  test('give the text of numbers only', () => {
    expect([0.1, -0, 1e21, Number.NaN, '5', null, { rawJSON: '5' }].map(digits)).toEqual([
      '0.1',
      '0',
      '1e+21',
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  test('write any number text as it is', () => {
    fc.assert(fc.property(numberText, text => expect(stringifyJson([exactNumber(text)])).toBe(`[${text}]`)))
    for (const text of ['', '1.', '.5', '01', '+1', 'NaN', '"1"', '1 ']) {
      expect(() => exactNumber(text)).toThrow('not a JSON number')
    }
  })
})
