import { describe, expect, test } from '@jest/globals'
import { faultsOf, load } from './fixtures.ts'

const START = 'target: http://x\nsecret:\n  access_key_id: abcd\n'
const QUOTE = 'found a quote that is not closed; write a quote at both ends of the text'
const ALIAS =
  'found an alias (* at the start of a value), allowed is none; write a text that begins with * in quotes'
const ANCHOR =
  'found an anchor (& at the start of a value), allowed is none; write a text that begins with & in quotes'
const TAG =
  'found a tag (! at the start of a value), allowed is none; write a text that begins with ! in quotes'
const OPEN =
  'found a key without ": ", or something else left open; write a space after the colon, and a comma between items'
const RESERVED = 'found a text that begins with a reserved character (@, % or `); write it in quotes'
const SECOND =
  'found a second ": " in a line, or the next line indented too far; write a text with ": " in quotes'
const INDENT =
  'found an indentation or a bracket that does not fit; begin the keys of a mapping in one column, and close every bracket'
const UNEXPECTED = 'found a character that cannot stand here; write a text with special characters in quotes'

describe('what is no YAML, or more than a config file needs, is told without a word of the file', () => {
  test.each<[name: string, text: string, fault: string]>([
    ['no space after the colon', '  secret_access_key:hunter2x', `4:3: ${OPEN}`],
    ['a double quote left open', '  secret_access_key: "hunter2x\nport: 1', `4:22: ${QUOTE}`],
    ['a single quote left open', "  secret_access_key: 'hunter2x", `4:22: ${QUOTE}`],
    ['text after a quote', '  secret_access_key: "hunter2x" y', `4:33: ${UNEXPECTED}`],
    [
      'an escape that is none',
      '  secret_access_key: "\\hunter2x"',
      '4:23: found a backslash that means nothing in double quotes; write the text in single quotes',
    ],
    ['a tab', '\tsecret_access_key: hunter2x', '4:1: found a tab in the indentation, allowed are spaces'],
    ['an anchor', '  secret_access_key: &hunter2x', `4:31: ${ANCHOR}`],
    ['an alias', '  secret_access_key: *hunter2x', `4:22: ${ALIAS}`],
    ['a tag', '  secret_access_key: !hunter2x', `4:31: ${TAG}`],
    ['a known tag', '  secret_access_key: !!str 12345', `4:28: ${TAG}`],
    ['an at sign', '  secret_access_key: @hunter2x', `4:22: ${RESERVED}`],
    ['a percent sign', '  secret_access_key: %hunter2x', `4:22: ${RESERVED}`],
    ['a backtick', '  secret_access_key: `hunter2x', `4:22: ${RESERVED}`],
    ['a colon in the value', '  secret_access_key: hunter2x: y', `4:22: ${SECOND}`],
    ['indented too far', '   secret_access_key: hunter2x', `3:18: ${SECOND}`],
    ['indented too little', ' secret_access_key: hunter2x', `4:1: ${INDENT}`],
    ['a bracket left open', '  secret_access_key: [hunter2x', `5:1: ${INDENT}`],
    ['a bracket never opened', '  secret_access_key: hunter2x\nport: }', `5:7: ${UNEXPECTED}`],
    [
      'a reference in braces without quotes',
      '  secret_access_key: hunter2x\nheaders: { a: ${A} }',
      `5:16: ${UNEXPECTED}`,
    ],
    ['a block header with text', '  secret_access_key: |hunter2x', `4:23: ${UNEXPECTED}`],
    [
      'a merge key',
      '  <<: { secret_access_key: hunter2x }',
      '4:3: found a merge key (<<), allowed is none; write the keys out',
    ],
    [
      'a second document',
      '  secret_access_key: hunter2x\n---\nport: 1',
      '5:1: found a second document, allowed is one; take the line --- or ... away',
    ],
    [
      'text after the end',
      '  secret_access_key: hunter2x\n...\nport: 1',
      '6:1: found a second document, allowed is one; take the line --- or ... away',
    ],
  ])('%s', (_, text, fault) => {
    const faults = faultsOf(() => load(`${START}${text}\n`))
    expect(faults).toEqual([`config.yml:${fault}`])
  })

  test('a directive', () => {
    expect(faultsOf(() => load('%YAML 1.1\n---\ntarget: http://x\n'))).toEqual([
      'config.yml:1:1: found a directive (a line that begins with %), allowed is none',
    ])
  })

  test('faults of several lines, one a line', () => {
    expect(faultsOf(() => load('target: *a\nport: &b 1\npull_hour: "2" "3"\n'))).toEqual([
      `config.yml:1:9: ${ALIAS}`,
      `config.yml:2:10: ${ANCHOR}`,
      `config.yml:3:16: ${UNEXPECTED}`,
    ])
  })

  test('a bomb of aliases is refused before anything grows', () => {
    const levels = Array.from(
      { length: 20 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
    )
    const faults = faultsOf(() => load(['a0: &a0 lol', ...levels].join('\n')))
    expect(faults[0]).toBe(`config.yml:1:9: ${ANCHOR}`)
    expect(faults.length).toBeLessThanOrEqual(21)
  })

  test.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(30_000)],
    ['dashes', '- '.repeat(100_000)],
  ])('too many levels of %s', (_, text) => {
    const faults = faultsOf(() => load(text))
    expect(faults).toEqual([
      expect.stringMatching(/^config\.yml:1:\d+: found too many levels of nesting, allowed are a few$/),
    ])
  })
})
