import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { faultsOf, load, loadWith } from './fixtures.ts'

const TARGET = 'target: http://x\n'
const URL_WORDS = 'an http or https URL such as http://localhost:8080'
const ZONE_WORDS = 'a time zone such as UTC, Europe/Berlin or Asia/Shanghai'
const SECRET_WORDS = 'a mapping with the keys access_key_id, secret_access_key and uses'
const TOP_KEYS =
  'endpoint, pull_hour, pull_zone, format, account_id, group_by, secret, target, headers, handshake, rate, port and log_config'

describe('one fault', () => {
  test.each<[name: string, text: string, fault: string]>([
    ['out of range', 'pull_hour: 0', '2:12: pull_hour: found 0, allowed is a whole number from 1 to 23'],
    [
      'above the range',
      'pull_hour:   24 # late',
      '2:14: pull_hour: found 24, allowed is a whole number from 1 to 23',
    ],
    ['a fraction', 'pull_hour: 2.5', '2:12: pull_hour: found 2.5, allowed is a whole number from 1 to 23'],
    ['no number', 'pull_hour: two', '2:12: pull_hour: found "two", allowed is a whole number from 1 to 23'],
    [
      'a long number',
      'port: 12345678901',
      '2:7: port: found a number, allowed is a whole number from 0 to 65535',
    ],
    ['not a number', 'rate: .nan', '2:7: rate: found .nan, allowed is a number of at least 0'],
    [
      'a number in quotes',
      'pull_hour: "3"',
      '2:12: pull_hour: found a text, allowed is a whole number from 1 to 23; write it without quotes',
    ],
    ['nothing', 'pull_hour:', '2:11: pull_hour: found nothing, allowed is a whole number from 1 to 23'],
    ['a list', 'pull_hour: [1]', '2:12: pull_hour: found a list, allowed is a whole number from 1 to 23'],
    [
      'a mapping',
      'pull_hour:\n  at: 1',
      '3:3: pull_hour: found a mapping, allowed is a whole number from 1 to 23',
    ],
    ['a text for a switch', 'handshake: yes', '2:12: handshake: found "yes", allowed is true or false'],
    ['a choice', 'format: xml', '2:9: format: found "xml", allowed is json, compact or table'],
    [
      'a choice that is nearly right',
      'format: compcat',
      '2:9: format: found "compcat", allowed is json, compact or table; did you mean compact?',
    ],
    ['a number for a choice', 'format: 1', '2:9: format: found 1, allowed is json, compact or table'],
    [
      'a host that is none',
      'endpoint: http//x',
      '2:11: endpoint: found a text, allowed is a host such as api.example.com, or an http or https URL',
    ],
    [
      'a zone that is nearly right',
      'pull_zone: Europe/Berln',
      `2:12: pull_zone: found "Europe/Berln", allowed is ${ZONE_WORDS}; did you mean Europe/Berlin?`,
    ],
    [
      'a city for a zone',
      'pull_zone: New York',
      `2:12: pull_zone: found "New York", allowed is ${ZONE_WORDS}; did you mean America/New_York?`,
    ],
    ['an offset for a zone', 'pull_zone: +08:00', `2:12: pull_zone: found a text, allowed is ${ZONE_WORDS}`],
    [
      'a pattern with its own words',
      'account_id: "12"',
      '2:13: account_id: found a text, allowed is an account number of 12 digits',
    ],
    [
      'a number for a text',
      'account_id: 123456789012',
      '2:13: account_id: found a number, allowed is an account number of 12 digits; write it in quotes',
    ],
    [
      'a union',
      'group_by: { a: b }',
      '2:11: group_by: found a mapping, allowed is a text or a list, each item a text',
    ],
    [
      'an item of a union',
      'group_by: [a, 1]',
      '2:11: group_by: found a list, allowed is a text or a list, each item a text',
    ],
    [
      'a text for a mapping',
      'log_config: debug',
      '2:13: log_config: found "debug", allowed is a mapping with the keys level',
    ],
    [
      'nested',
      'log_config:\n  level: inf',
      '3:10: log_config.level: found "inf", allowed is debug, info or warn; did you mean info?',
    ],
    [
      'a secret that is a number',
      'secret: { access_key_id: abcd, secret_access_key: 12345678 }',
      '2:51: secret.secret_access_key: found a number, allowed is a text that is not empty; write it in quotes',
    ],
    [
      'a secret that is a boolean',
      'secret: { access_key_id: true, secret_access_key: x }',
      '2:26: secret.access_key_id: found a boolean, allowed is a text that is not empty; write it in quotes',
    ],
    [
      'a secret that is empty',
      'secret: { access_key_id: "", secret_access_key: x }',
      '2:26: secret.access_key_id: found an empty text, allowed is a text that is not empty',
    ],
    [
      'a secret that is missing',
      'secret:\n  access_key_id: abcd',
      '2:1: secret.secret_access_key: missing, allowed is a text that is not empty',
    ],
    [
      'a secret in place of the mapping',
      'secret: abcd',
      `2:9: secret: found a text, allowed is ${SECRET_WORDS}`,
    ],
    [
      'a mapping of secrets without anything',
      'secret:',
      `2:8: secret: found nothing, allowed is ${SECRET_WORDS}`,
    ],
    [
      'a number beside secrets',
      'secret: { access_key_id: a, secret_access_key: b, uses: 0 }',
      '2:57: secret.uses: found a number, allowed is a whole number of at least 1',
    ],
    [
      'a name that may hold a secret',
      'headers:\n  Authorization: 5',
      '3:18: headers.*: found a number, allowed is a text that is not empty; write it in quotes',
    ],
    [
      'a mapping of names',
      'headers: x',
      '2:10: headers: found a text, allowed is a mapping of names to a text that is not empty',
    ],
    ['a key that is nearly right', 'pul_hour: 3', '2:1: pul_hour: unknown key, did you mean pull_hour?'],
    ['a key in another spelling', 'PullHour: 3', '2:1: PullHour: unknown key, did you mean pull_hour?'],
    [
      'a key from elsewhere',
      'access_key_id: abcd',
      '2:1: access_key_id: unknown key, did you mean secret.access_key_id?',
    ],
    [
      'a key from further out',
      'log_config:\n  pull_hour: 3',
      '3:3: log_config.pull_hour: unknown key, did you mean pull_hour?',
    ],
    [
      'a dotted key',
      'log_config.level: info',
      '2:1: log_config.level: unknown key, did you mean log_config.level?',
    ],
    ['a key like none', 'colour: red', `2:1: colour: unknown key, allowed are ${TOP_KEYS}`],
    [
      'a key that may be a secret',
      'AKIAIOSFODNN7EXAMPLE: x',
      `2:1: unknown key (not shown, it may hold a secret), allowed are ${TOP_KEYS}`,
    ],
    [
      'a key among secrets',
      'secret: { access_key_id: a, secret_access_key: b, hunter: c }',
      '2:51: secret: unknown key (not shown, it may hold a secret), allowed are access_key_id, secret_access_key and uses',
    ],
    [
      'a key that is nearly right among secrets',
      'secret: { acess_key_id: a, secret_access_key: b }',
      '2:11: secret.acess_key_id: unknown key, did you mean secret.access_key_id?',
    ],
    [
      'a key that is a list',
      '? [a]\n: b',
      `2:3: unknown key (not shown, it may hold a secret), allowed are ${TOP_KEYS}`,
    ],
    ['a key that is a number', '80: b', `2:1: 80: unknown key, allowed are ${TOP_KEYS}`],
    ['a prototype', '__proto__: { port: 1 }', `2:1: __proto__: unknown key, allowed are ${TOP_KEYS}`],
    ['a method', 'constructor: 1', `2:1: constructor: unknown key, allowed are ${TOP_KEYS}`],
    [
      'a key twice',
      'port: 1\nport: 2',
      '3:1: port: found a second time, allowed is once; it stands in line 2 already',
    ],
    [
      'a key and its alias',
      'secret:\n  access_key_id: a\n  secret_access_key: b\n  secret_access_Key: c',
      '5:3: secret.secret_access_Key: found a second time, allowed is once; it stands as secret_access_key in line 4 already',
    ],
  ])('%s', (_, text, fault) => {
    expect(faultsOf(() => load(TARGET + text))).toEqual([`config.yml:${fault}`])
  })

  test.each<[name: string, value: string, shown: string]>([
    ['without a scheme', 'localhost:8080', '"localhost:8080"'],
    ['of another scheme', 'ftp://x', 'a text'],
    ['with one slash', 'http:/x', 'a text'],
    ['with a space', '"http://x y"', 'a text'],
    ['with a password', 'http//me:hunter2@x', 'a text'],
    ['without a host', 'http://', 'a text'],
  ])('a URL %s', (_, value, shown) => {
    expect(faultsOf(() => load(`target: ${value}`))).toEqual([
      `config.yml:1:9: target: found ${shown}, allowed is ${URL_WORDS}`,
    ])
  })

  test.each(['api.example.com', 'localhost:8080', '127.0.0.1:1', '[::1]:80', 'http://127.0.0.1:4010/base'])(
    'a host %s is right',
    host => expect(load(`${TARGET}endpoint: "${host}"`).config.endpoint).toBe(host),
  )

  test('sizes of texts and lists', () => {
    const sizes = Type.Object({
      name: Type.String({ minLength: 2, maxLength: 4 }),
      days: Type.Array(Type.Integer(), { minItems: 1 }),
      code: Type.String({ pattern: '^a' }),
      list: Type.Array(Type.Object({ a: Type.Optional(Type.Integer()) })),
    })
    expect(
      faultsOf(() => loadWith(sizes, 'name: a\ndays: []\ncode: b\nlist: [{ a: 1 }, { a: x, b: 1 }]')),
    ).toEqual([
      'config.yml:1:7: name: found "a", allowed is a text of 2 to 4 characters',
      'config.yml:2:7: days: found an empty list, allowed is a list of at least 1 items, each item a whole number',
      'config.yml:3:7: code: found "b", allowed is a text that matches ^a',
      'config.yml:4:23: list[1].a: found "x", allowed is a whole number',
      'config.yml:4:26: list[1].b: unknown key, allowed is a',
    ])
  })

  test.each([
    ['a text', 'hello', '1:1: found a text'],
    ['a key without a space', 'target:http://x', '1:1: found a text'],
    ['a list', '- a', '1:1: found a list'],
    ['a number', '\n 5', '2:2: found a number'],
  ])('a file that is %s', (_, text, fault) => {
    expect(faultsOf(() => load(text))).toEqual([
      `config.yml:${fault}, allowed are keys with values; write "key: value", with a space after the colon`,
    ])
  })
})

describe('several faults', () => {
  test('all at once, in the order of the file, those of variables last', () => {
    const text = `secret:
  access_key_id: 5
colour: red
pul_hour: 3
port: -1
headers: { x: "\${UNSET}" }
`
    expect(faultsOf(() => load(text, { LOG_LEVEL: 'loud' }))).toEqual([
      `config.yml:1:1: target: missing, allowed is ${URL_WORDS}; the variable CONNECTOR_TARGET sets it too`,
      'config.yml:1:1: secret.secret_access_key: missing, allowed is a text that is not empty',
      'config.yml:2:18: secret.access_key_id: found a number, allowed is a text that is not empty; write it in quotes',
      `config.yml:3:1: colour: unknown key, allowed are ${TOP_KEYS}`,
      'config.yml:4:1: pul_hour: unknown key, did you mean pull_hour?',
      'config.yml:5:7: port: found -1, allowed is a whole number from 0 to 65535',
      'config.yml:6:15: headers.*: found ${UNSET}, which is not set; set it, or give a default, as in ${NAME:-default}',
      'LOG_LEVEL: log_config.level: found "loud", allowed is debug, info or warn',
    ])
  })

  test('a required key that is nearly right is told once', () => {
    expect(faultsOf(() => load('targt: http://x'))).toEqual([
      'config.yml:1:1: targt: unknown key, did you mean target?',
    ])
  })
})

describe('variables', () => {
  test.each([
    [
      { CONNECTOR_PORT: 'abc' },
      'CONNECTOR_PORT: port: found "abc", allowed is a whole number from 0 to 65535',
    ],
    [
      { CONNECTOR_PORT: '65536' },
      'CONNECTOR_PORT: port: found 65536, allowed is a whole number from 0 to 65535',
    ],
    [
      { CONNECTOR_TARGET: 'my-user:my-password@x' },
      `CONNECTOR_TARGET: target: found a text, allowed is ${URL_WORDS}`,
    ],
    [
      { LOG_LEVEL: 'inf' },
      'LOG_LEVEL: log_config.level: found "inf", allowed is debug, info or warn; did you mean info?',
    ],
  ])('%j', (env, fault) => {
    expect(faultsOf(() => load(TARGET, env))).toEqual([fault])
  })

  test('are judged beside a file that is no YAML, which makes nothing missing', () => {
    expect(faultsOf(() => load('a: [', { CONNECTOR_PORT: 'x' }))).toEqual([
      expect.stringMatching(/^config\.yml:1:\d: found an indentation or a bracket/),
      'CONNECTOR_PORT: port: found "x", allowed is a whole number from 0 to 65535',
    ])
  })
})
