import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { loadConfig, Secret, secret } from '../../src/config/index.ts'
import { faultsOf, load, loadWith, schema, variables } from './fixtures.ts'

const FULL = `# a source
target: http://localhost:31081
pull_hour: 3
group_by: [SERVICE, REGION]
secret:
  access_key_id: AKIAIOSFODNN7EXAMPLE
  secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
log_config:
  level: warn
`

describe('what is loaded', () => {
  test('the keys of the file, and defaults for the others', () => {
    const { config } = load(FULL)
    expect(JSON.parse(JSON.stringify(config))).toEqual({
      target: 'http://localhost:31081',
      endpoint: 'api.example.com',
      pull_hour: 3,
      pull_zone: 'UTC',
      format: 'json',
      group_by: ['SERVICE', 'REGION'],
      secret: { access_key_id: '***', secret_access_key: '***' },
      port: 8080,
      log_config: { level: 'warn' },
    })
  })

  test('an object whose keys all have defaults can be left out', () => {
    expect(load('target: http://x').config.log_config).toEqual({ level: 'info' })
  })

  test('secrets are wrapped, and listed for the redactor', () => {
    const { config, secrets } = load(FULL)
    expect(config.secret?.access_key_id).toBeInstanceOf(Secret)
    expect(config.secret?.secret_access_key.reveal()).toBe('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')
    expect(secrets).toEqual(['AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'])
    expect(inspect(config, { depth: 9, showHidden: true })).not.toMatch(/AKIA|wJalr/)
  })

  test('a password in a URL and a token put into a header are secrets too', () => {
    const text = 'target: http://user:p%40ssword@x\nheaders: { Authorization: "Bearer ${TOKEN}" }'
    const { config, secrets } = load(text, { TOKEN: 'token-12345' })
    expect(config.headers?.Authorization?.reveal()).toBe('Bearer token-12345')
    expect(secrets.toSorted()).toEqual(['Bearer token-12345', 'p%40ssword', 'p@ssword', 'token-12345'])
  })

  test('the configuration is frozen', () => {
    const { config } = load(FULL)
    for (const part of [config, config.secret, config.log_config, config.group_by])
      expect(Object.isFrozen(part)).toBe(true)
  })

  test('an alias is taken like its key', () => {
    const { config } = load('target: http://x\nsecret: { access_key_id: abcd, secret_access_Key: efgh }')
    expect(config.secret?.secret_access_key.reveal()).toBe('efgh')
  })

  test.each([
    ['', 'nothing'],
    ['# only a comment\n', 'a comment'],
    ['---\n', 'a start of a document'],
    ['~', 'null'],
  ])('a file with %j is an empty configuration (%s)', text =>
    expect(load(text, { CONNECTOR_TARGET: 'http://x' }).config.port).toBe(8080),
  )

  test('an object that stays open takes any key', () => {
    const open = Type.Object({ store: Type.Object({}, { additionalProperties: true }), any: Type.Unknown() })
    const { config } = loadWith(open, 'store: { a: [1, { b: 012 }] }\nany: { 8080: true }')
    expect(config).toEqual({ store: { a: [1, { b: 12 }] }, any: { 8080: true } })
  })

  test('secrets are found in lists and unions', () => {
    const tokens = secret({ description: 'a token' })
    const nested = Type.Object({ many: Type.Array(tokens), one: Type.Union([tokens, Type.Array(tokens)]) })
    expect(loadWith(nested, 'many: [abcde]\none: [fghij]').secrets).toEqual(['abcde', 'fghij'])
  })
})

describe('variables', () => {
  test('a variable wins over the file, whose value is not even judged', () => {
    const env = { CONNECTOR_TARGET: 'http://other', CONNECTOR_PORT: ' 9090', LOG_LEVEL: 'debug' }
    const { config } = load('target: ${UNSET}\nport: abc\n', env)
    expect(config).toMatchObject({ target: 'http://other', port: 9090, log_config: { level: 'debug' } })
  })

  test('an empty variable is not set', () => {
    expect(load('target: http://x', { CONNECTOR_TARGET: '', CONNECTOR_PORT: '' }).config.target).toBe(
      'http://x',
    )
  })

  test('a variable for a key that the schema lacks is no matter', () => {
    const sink = Type.Object({ port: Type.Integer({ default: 1 }) })
    const env = { CONNECTOR_TARGET: 'nonsense' }
    expect(loadConfig({ schema: sink, file: undefined, env, variables }).config).toEqual({ port: 1 })
  })

  test('the process is not asked: an env that is handed in empty sets nothing', () => {
    expect(faultsOf(() => load('target: ${PATH}'))).toEqual([
      'config.yml:1:9: target: found ${PATH}, which is not set; set it, or give a default, as in ${NAME:-default}',
    ])
  })
})

describe('the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'billow-config-'))
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const fromFile = (file: string | undefined) => loadConfig({ schema, file, env: {}, variables })

  test('is read from disk, with a byte order mark and Windows line ends', () => {
    const { config } = fromFile(write('bom.yml', '\uFEFFtarget: http://x\r\npull_hour: 4\r\n'))
    expect(config.pull_hour).toBe(4)
  })

  test('positions count as editors do in a file with Windows line ends', () => {
    const file = write('crlf.yml', 'target: http://x\r\npull_hour: 0\r\n')
    expect(faultsOf(() => fromFile(file))).toEqual([
      `${file}:2:12: pull_hour: found 0, allowed is a whole number from 1 to 23`,
    ])
  })

  test.each<[string, () => string, string]>([
    ['that is missing', () => join(folder, 'none.yml'), 'does not exist'],
    ['below a file', () => join(write('file', ''), 'x.yml'), 'does not exist'],
    ['that is a directory', () => folder, 'is a directory'],
    ['over 1 MiB', () => write('large.yml', `# ${'x'.repeat(1024 * 1024)}`), 'is larger than 1 MiB'],
    ['in UTF-16', () => write('utf16.yml', Buffer.from('\uFEFFtarget: x', 'utf16le')), 'is not UTF-8 text'],
    ['without an end', () => '/dev/zero', 'is larger than 1 MiB'],
  ])('%s is a fault', (_, path, problem) => {
    const file = path()
    expect(faultsOf(() => fromFile(file))).toEqual([
      `${file}: the file ${problem}, allowed is a readable YAML file of at most 1 MiB`,
    ])
  })

  test('none at all is an empty configuration', () => {
    expect(faultsOf(() => fromFile(undefined))).toEqual([
      '(no config file): target: missing, allowed is an http or https URL such as http://localhost:8080; the variable CONNECTOR_TARGET sets it too',
    ])
  })
})
