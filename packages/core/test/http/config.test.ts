import { describe, expect, test } from '@jest/globals'
import type { TSchema } from 'typebox'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, Secret } from '../../src/config/index.ts'
import { receiverConfig, targetConfig } from '../../src/http/index.ts'
import { pendingOf } from '../../src/http/receiver-config.ts'
import { authority, certificate, privateKey } from './certificates.ts'
import { receiverOf, targetOf } from './side.ts'

const MIB = 1024 * 1024

const load = (schema: TSchema, text: string) =>
  loadConfig({ schema, text, file: 'config.yml', env: {}, variables: {} }).config
const loadTarget = (text: string) => load(targetConfig, `target: http://localhost:8080\n${text}`)

describe('the config of the target', () => {
  test('has defaults for all but the URL', () => {
    expect(loadTarget('')).toEqual(targetOf('http://localhost:8080'))
    expect(() => load(targetConfig, '')).toThrow(/^config.yml:1:1: target: /)
  })

  test.each(['ftp://localhost', 'localhost:8080', 'http://'])('refuses the URL %s', url => {
    expect(() => load(targetConfig, `target: ${url}`)).toThrow(
      /^config.yml:1:9: target: .*an http or https URL/,
    )
  })

  test.each([
    ['batch_size', 1, 1000],
    ['batch_bytes', 1024, 64 * 1024 * 1024],
    ['max_in_flight', 1, 64],
    ['timeout', 1, 3600],
    ['handshake_rate', 1, 1_000_000],
  ])('%s is from %i to %i', (key, least, most) => {
    for (const value of [least, most]) expect(loadTarget(`${key}: ${value}`)).toHaveProperty(key, value)
    for (const value of [least - 1, most + 1, 1.5, 'many']) {
      expect(() => loadTarget(`${key}: ${value}`)).toThrow(
        new RegExp(`^config.yml:2:.*: ${key}: .* from ${least} to ${most}`),
      )
    }
  })

  test('batch_wait is from 0 to 5 seconds, and may be a fraction', () => {
    for (const value of [0, 0.05, 5])
      expect(loadTarget(`batch_wait: ${value}`)).toHaveProperty('batch_wait', value)
    for (const value of [-1, 5.1, 'long']) {
      expect(() => loadTarget(`batch_wait: ${value}`)).toThrow(/^config.yml:2:.*: batch_wait: .* from 0 to 5/)
    }
  })

  test('mode is one of two', () => {
    expect(loadTarget('mode: binary')).toHaveProperty('mode', 'binary')
    expect(() => loadTarget('mode: batch')).toThrow(/^config.yml:2:7: mode: .*structured or binary/)
  })

  test('the values of headers are secrets', () => {
    const { headers } = loadTarget('headers: { authorization: Bearer hunter2, x-a: b }') as {
      headers: Record<string, Secret>
    }
    expect(headers.authorization).toBeInstanceOf(Secret)
    expect(headers.authorization?.reveal()).toBe('Bearer hunter2')
    expect(JSON.stringify(headers)).not.toContain('hunter2')
  })

  test.each([
    'content-type',
    'Content-Length',
    'HOST',
    'ce-id',
    'Ce-Subject',
    'transfer-encoding',
    'connection',
    'proxy-authorization',
    '"a b"',
  ])('the header %s cannot be set', name => {
    expect(() => loadTarget(`headers: { ${name}: hunter2 }`)).toThrow(
      /^config.yml:2:\d+: headers(?!.*hunter2)/,
    )
  })
})

describe('who we are to the target', () => {
  const oauth2 = '{ token_url: http://a/token, client_id: me, client_secret: hunter2 }'

  test('is a secret', () => {
    const { auth } = loadTarget('auth: { token: hunter2 }') as { auth: { token: Secret } }
    expect(auth.token.reveal()).toBe('hunter2')
    const client = loadTarget(`auth: { oauth2: ${oauth2} }`) as {
      auth: { oauth2: { client_secret: Secret; scope?: string } }
    }
    expect(client.auth.oauth2.client_secret.reveal()).toBe('hunter2')
    expect(JSON.stringify(client)).not.toContain('hunter2')
  })

  test.each(['token_url', 'client_id', 'client_secret'])('needs %s with oauth2', key => {
    const rest = oauth2.replace(new RegExp(`${key}: [^ ,]+,?`), '')
    expect(() => loadTarget(`auth: { oauth2: ${rest} }`)).toThrow(`auth.oauth2.${key}: `)
  })

  test.each(['a b', 'zürich', ''])('is not named %j in a handshake', name => {
    expect(() => loadTarget(`handshake_origin: "${name}"`)).toThrow(
      /: handshake_origin: .*bills\.example\.com/,
    )
  })

  test('may have a password at the proxy, which is a secret too', () => {
    const text = 'target: http://a\nproxy: http://me:hunter2@proxy:3128'
    const loaded = loadConfig({ schema: targetConfig, text, file: 'config.yml', env: {}, variables: {} })
    expect(loaded.secrets).toEqual(['hunter2'])
    expect(() => loadTarget('proxy: proxy:3128')).toThrow(/: proxy: .*an http or https URL/)
  })
})

test('certificates and keys come from files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'billow-'))
  try {
    for (const [name, text] of Object.entries({ authority, certificate, privateKey })) {
      writeFileSync(join(directory, name), `${text}\n`)
    }
    const file = join(directory, 'config.yml')
    const options = { file, env: {}, variables: {} }
    const text = 'target: https://a\nca: ${file:authority}'
    expect(loadConfig({ schema: targetConfig, text, ...options }).config).toHaveProperty('ca', authority)
    const tls = 'tls: { cert: "${file:certificate}", key: "${file:privateKey}" }'
    const { config } = loadConfig({ schema: receiverConfig, text: tls, ...options })
    expect(config.tls?.cert).toBe(certificate)
    expect(config.tls?.key.reveal()).toBe(privateKey)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

describe('the config of the receiver', () => {
  test('has a default for everything', () => {
    const { port, host, ...rest } = receiverOf()
    expect(load(receiverConfig, '')).toEqual({ ...rest, port: 8080 })
    expect(load(receiverConfig, `{ port: ${port}, host: ${host} }`)).toEqual(receiverOf())
  })

  test.each([
    ['port', 0, 65_535],
    ['max_body', 1024, 268_435_456],
    ['max_requests', 1, 100_000],
    ['max_pending', 1024, 4_294_967_296],
  ])('%s is from %i to %i', (key, least, most) => {
    for (const value of [least, most])
      expect(load(receiverConfig, `${key}: ${value}`)).toHaveProperty(key, value)
    for (const value of [least - 1, most + 1])
      expect(() => load(receiverConfig, `${key}: ${value}`)).toThrow(`: ${key}: `)
  })

  test('what may wait by default is a part of the memory, within bounds', () => {
    expect([64, 128, 512, 4096, 65_536].map(mib => pendingOf(mib * MIB) / MIB)).toEqual([4, 4, 16, 64, 64])
  })

  test('the webhook has origins and a rate, or none', () => {
    const text = 'webhook: { origins: [a.example.com, b.example.com], rate: 120 }'
    expect(load(receiverConfig, text)).toHaveProperty('webhook', {
      origins: ['a.example.com', 'b.example.com'],
      rate: 120,
    })
    for (const rate of ['0', '1.5', '"*"'])
      expect(() => load(receiverConfig, `webhook: { rate: ${rate} }`)).toThrow(': webhook.rate: ')
    expect(() => load(receiverConfig, 'webhook: { origins: [] }')).toThrow(': webhook.origins')
  })

  test('tls needs both its keys', () => {
    expect(() => load(receiverConfig, 'tls: { cert: a }')).toThrow(': tls.key: ')
    expect(() => load(receiverConfig, 'tls: { key: a }')).toThrow(': tls.cert: ')
  })

  test('the token is a secret, and is needed where auth is', () => {
    const { auth } = load(receiverConfig, 'auth: { token: hunter2 }') as { auth: { token: Secret } }
    expect(auth.token.reveal()).toBe('hunter2')
    expect(() => load(receiverConfig, 'auth: {}')).toThrow(': auth.token: ')
    expect(() => load(receiverConfig, 'auth: { token: "" }')).toThrow(': auth.token: ')
  })
})
