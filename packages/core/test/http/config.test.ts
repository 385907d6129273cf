import { describe, expect, test } from '@jest/globals'
import type { TSchema } from 'typebox'
import { loadConfig, Secret } from '../../src/config/index.ts'
import { receiverConfig, targetConfig } from '../../src/http/index.ts'
import { receiverOf, targetOf } from './side.ts'

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
    ['max_in_flight', 1, 64],
    ['timeout', 1, 3600],
  ])('%s is from %i to %i', (key, least, most) => {
    for (const value of [least, most]) expect(loadTarget(`${key}: ${value}`)).toHaveProperty(key, value)
    for (const value of [least - 1, most + 1, 1.5, 'many']) {
      expect(() => loadTarget(`${key}: ${value}`)).toThrow(
        new RegExp(`^config.yml:2:.*: ${key}: .* from ${least} to ${most}`),
      )
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
    '"a b"',
  ])('the header %s cannot be set', name => {
    expect(() => loadTarget(`headers: { ${name}: hunter2 }`)).toThrow(
      /^config.yml:2:\d+: headers(?!.*hunter2)/,
    )
  })
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

  test('the token is a secret, and is needed where auth is', () => {
    const { auth } = load(receiverConfig, 'auth: { token: hunter2 }') as { auth: { token: Secret } }
    expect(auth.token.reveal()).toBe('hunter2')
    expect(() => load(receiverConfig, 'auth: {}')).toThrow(': auth.token: ')
    expect(() => load(receiverConfig, 'auth: { token: "" }')).toThrow(': auth.token: ')
  })
})
