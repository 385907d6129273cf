import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { createRedactor } from '../../src/config/index.ts'

const secret = 'pa"ss/w+rd=ü€ &x'
const redact = createRedactor([secret, 'abcd', 'abcdefgh'])

describe('the redactor', () => {
  test.each<[string, string]>([
    ['as it stands', secret],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL in small letters', encodeURIComponent(secret).replaceAll(/%../g, code => code.toLowerCase())],
    ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
  ])('hides a secret %s', (_, form) => {
    expect(redact(`<${form}> and <${form}>`)).toBe('<***> and <***>')
  })

  test('hides the longer of two secrets whole', () => {
    expect(redact('abcdefgh abcd')).toBe('*** ***')
  })

  test('leaves other text alone, and all text without secrets', () => {
    expect(redact('nothing here: $1 $& ***')).toBe('nothing here: $1 $& ***')
    expect(createRedactor([])('abcd')).toBe('abcd')
  })

  test('leaves texts of fewer than 4 characters alone', () => {
    expect(createRedactor(['', 'a', 'abc'])('abc a')).toBe('abc a')
  })

  test('pain 14: hides any secret anywhere, on its own, in JSON, and in Basic authorization', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
    fc.assert(
      fc.property(texts, fc.string(), fc.string(), (hidden, before, after) => {
        const hide = createRedactor([hidden])
        const around = `${before}${hidden}${after}`
        expect(hide(around)).not.toContain(hidden)
        expect(hide(JSON.stringify({ around }))).not.toContain(JSON.stringify(hidden).slice(1, -1))
        const bytes = Buffer.from(hide(Buffer.from(around).toString('base64')).replaceAll('*', ''), 'base64')
        expect(bytes.toString()).not.toContain(hidden)
      }),
    )
  })
})
