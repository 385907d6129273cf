import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { editorSchema } from '../../src/config/index.ts'
import { faultsOf, load, schema } from './fixtures.ts'

const plain = editorSchema(schema, 'source-example')
const check = new Ajv({ strict: true, strictRequired: false, strictTypes: false }).compile(plain)
const agrees = (text: string) => check(parse(text))

const GOOD = `target: http://localhost:8080
secret: { access_key_id: abcd, secret_access_key: efgh }
`

describe('the schema for editors', () => {
  test('is plain JSON Schema: an ordinary validator takes it, strictly', () => {
    expect(plain).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'source-example',
    })
    expect(JSON.stringify(plain)).not.toMatch(/"(secret|aliases|allowed|format)":(true|"|\[)/)
  })

  test.each([
    ['the documented keys', ''],
    ['numbers and choices', 'pull_hour: 3\nformat: table\ngroup_by: [a]\nlog_config: { level: debug }'],
    [
      'references in place of numbers',
      'pull_hour: ${HOUR:-3}\nformat: ${FORMAT:-json}\nhandshake: ${HS:-true}',
    ],
    ['headers', 'headers: { a: b }'],
  ])('takes %s, like the loader', (_, more) => {
    expect(agrees(GOOD + more)).toBe(true)
    expect(faultsOf(() => load(GOOD + more))).toEqual([])
  })

  test('takes an alias in place of its key', () => {
    const text = 'target: http://x\nsecret: { access_key_id: abcd, secret_access_Key: efgh }'
    expect(agrees(text)).toBe(true)
    expect(faultsOf(() => load(text))).toEqual([])
  })

  test.each([
    ['a number out of range', `${GOOD}pull_hour: 0`],
    ['a wrong choice', `${GOOD}format: xml`],
    ['a wrong URL', 'target: localhost'],
    ['an unknown key', `${GOOD}colour: red`],
    ['a missing key', 'pull_hour: 3'],
    ['a missing secret', 'target: http://x\nsecret: { access_key_id: abcd }'],
    [
      'a key and its alias',
      'target: http://x\nsecret: { access_key_id: a, secret_access_key: b, secret_access_Key: c }',
    ],
    ['a number for a secret', 'target: http://x\nsecret: { access_key_id: 1234, secret_access_key: b }'],
  ])('refuses %s, like the loader', (_, text) => {
    expect(agrees(text)).toBe(false)
    expect(faultsOf(() => load(text))).not.toEqual([])
  })
})
