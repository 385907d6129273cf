import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { type Static, Type } from 'typebox'
import { loadConfig, secret } from '../../src/config/index.ts'
import { faultsOf, loadWith } from './fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'billow-interpolate-'))
mkdirSync(join(folder, 'secrets'))
writeFileSync(join(folder, 'secrets', 'key'), 'from the file\r\n\n')
writeFileSync(join(folder, 'secrets', 'empty'), '\n')
writeFileSync(join(folder, 'secrets', 'binary'), Uint8Array.of(0xff, 0xfe, 0))
writeFileSync(join(folder, 'secrets', 'large'), 'x'.repeat(1024 * 1024 + 1))

const one = Type.Object({
  text: Type.Optional(Type.String()),
  number: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
  switch: Type.Optional(Type.Boolean()),
  choice: Type.Optional(Type.Enum(['red', 'blue'])),
  secret: Type.Optional(secret({ description: 'a secret' })),
  list: Type.Optional(Type.Array(Type.Number())),
})

const load = (text: string, env: Record<string, string> = {}): Static<typeof one> =>
  loadConfig({ schema: one, file: join(folder, 'c.yml'), text, env, variables: {} }).config

const textOf = (value: string, env: Record<string, string> = {}) =>
  loadWith(one, `text: ${JSON.stringify(value)}`, env).config.text

describe('references', () => {
  test.each<[string, string]>([
    ['${A}', 'a'],
    ['<${A}${B}>', '<ab>'],
    ['${A:-x}', 'a'],
    ['${NONE:-x y}', 'x y'],
    ['${EMPTY:-x}', 'x'],
    ['${NONE:-}', ''],
    ['${EMPTY}', ''],
    ['$${A}', '${A}'],
    ['$$${A}', '$${A}'],
    ['$A $$ {A} $', '$A $$ {A} $'],
    ['${NESTED}', '${A}'],
    ['${YAML}', 'a: [b\n"'],
  ])('%j becomes %j', (text, expected) => {
    const env = { A: 'a', B: 'b', EMPTY: '', NESTED: '${A}', YAML: 'a: [b\n"' }
    expect(textOf(text, env)).toBe(expected)
  })

  test('stand for the type that the schema wants', () => {
    const env = { N: ' 7 ', S: 'TRUE', C: 'blue', K: '12345678', F: '1.5e1' }
    const { config } = loadWith(
      one,
      'number: ${N}\nswitch: ${S}\nchoice: ${C}\nsecret: ${K}\nlist: ["${F}"]\ntext: ${N}',
      env,
    )
    expect(config).toMatchObject({ number: 7, switch: true, choice: 'blue', list: [15], text: ' 7 ' })
    expect(config.secret?.reveal()).toBe('12345678')
  })

  test('to a file, relative to the config file or absolute, without the line breaks at its end', () => {
    expect(load('text: ${file:secrets/key}').text).toBe('from the file')
    expect(load(`secret: "<\${file:${folder}/secrets/key}>"`).secret?.reveal()).toBe('<from the file>')
  })

  test('are not looked for in keys', () => {
    expect(faultsOf(() => load('${A}: x', { A: 'text' }))).toHaveLength(1)
  })
})

describe('faults', () => {
  const FILE = 'allowed is a readable text file of at most 1 MiB'
  const FORM = 'allowed is ${NAME}, ${NAME:-default} or ${file:path}; for the characters themselves write $${'

  test.each<[string, string]>([
    [
      'text: ${NONE}',
      'text: found ${NONE}, which is not set; set it, or give a default, as in ${NAME:-default}',
    ],
    [
      'text: ${AKIAIOSFODNN7EXAMPLE}',
      'text: found a variable, which is not set; set it, or give a default, as in ${NAME:-default}',
    ],
    ['text: ${file:secrets/none}', `text: found \${file:secrets/none}, which does not exist, ${FILE}`],
    ['text: ${file:secrets}', `text: found \${file:secrets}, which is a directory, ${FILE}`],
    ['text: ${file:secrets/binary}', `text: found \${file:secrets/binary}, which is not UTF-8 text, ${FILE}`],
    [
      'text: ${file:secrets/large}',
      `text: found \${file:secrets/large}, which is larger than 1 MiB, ${FILE}`,
    ],
    ['text: ${file:wJalrXUtnFEMI/K7MDENG}', `text: found a file, which does not exist, ${FILE}`],
    ['text: ${}', `text: found \${ without a meaning, ${FORM}`],
    ['text: ${A', `text: found \${ without a meaning, ${FORM}`],
    ['text: ${1A}', `text: found \${ without a meaning, ${FORM}`],
    ['text: ${A-b}', `text: found \${ without a meaning, ${FORM}`],
    ['number: ${TEN}', 'number: found 10 from ${TEN}, allowed is a whole number from 1 to 9'],
    ['number: ${EMPTY}', 'number: found an empty text from ${EMPTY}, allowed is a whole number from 1 to 9'],
    ['number: ${LONG}', 'number: found a text from ${LONG}, allowed is a whole number from 1 to 9'],
    ['choice: ${NEAR}', 'choice: found "rad" from ${NEAR}, allowed is red or blue; did you mean red?'],
    ['secret: ${EMPTY}', 'secret: found an empty text from ${EMPTY}, allowed is a text that is not empty'],
    [
      'secret: ${file:secrets/empty}',
      'secret: found an empty text from ${file:secrets/empty}, allowed is a text that is not empty',
    ],
  ])('%s', (text, fault) => {
    const env = { TEN: '10', EMPTY: '', LONG: 'wJalrXUtnFEMI/K7MDENG', NEAR: 'rad' }
    const at = text.indexOf(': ') + 3
    expect(faultsOf(() => load(text, env))).toEqual([`${folder}/c.yml:1:${at}: ${fault}`])
  })

  test('several in one text', () => {
    expect(faultsOf(() => load('text: ${X} ${Y}'))).toHaveLength(2)
  })
})

describe('any text', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', '\n') }),
  )

  test('without ${ is untouched', () => {
    fc.assert(
      fc.property(texts, text => {
        fc.pre(!text.includes('${'))
        expect(textOf(text, { A: 'a' })).toBe(text)
      }),
    )
  })

  test('comes through when every ${ is written $${', () => {
    fc.assert(
      fc.property(texts, text => {
        expect(textOf(text.replaceAll('${', '$$${'), { A: 'a' })).toBe(text)
      }),
    )
  })

  test('that is put in comes through as it is', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(textOf('${A}-${B}', { A: a, B: b })).toBe(`${a}-${b}`)
      }),
    )
  })
})
