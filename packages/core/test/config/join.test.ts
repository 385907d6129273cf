import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { joinSchemas, secret } from '../../src/config/index.ts'
import { faultsOf, loadWith } from './fixtures.ts'

describe('joinSchemas', () => {
  test('has the keys of all, with their types', () => {
    const joined = joinSchemas(
      Type.Object({ a: Type.Integer() }),
      Type.Object({ b: Type.Optional(Type.String()) }),
    )
    const { config } = loadWith(joined, 'a: 1\nb: x')
    const a: number = config.a
    const b: string | undefined = config.b
    expect([a, b]).toEqual([1, 'x'])
    expect(faultsOf(() => loadWith(joined, ''))).toHaveLength(1)
  })

  test('closes objects at every depth, but those that say otherwise', () => {
    const joined = joinSchemas(
      Type.Object({
        closed: Type.Object({ list: Type.Array(Type.Object({ a: Type.Integer() })) }),
        open: Type.Object({ a: Type.Integer() }, { additionalProperties: true }),
        either: Type.Union([Type.Integer(), Type.Object({ a: Type.Integer() })]),
      }),
    )
    const text = 'closed: { list: [{ a: 1, b: 2 }] }\nopen: { a: 1, b: 2 }\neither: { a: 1, b: 2 }\nc: 3'
    expect(faultsOf(() => loadWith(joined, text)).map(fault => fault.split(', ')[0])).toEqual([
      'config.yml:1:26: closed.list[0].b: unknown key',
      'config.yml:3:17: either.b: unknown key',
      'config.yml:4:1: c: unknown key',
    ])
  })

  test('names of a mapping may have to match', () => {
    const names = Type.Object({ labels: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.Integer()) })
    const told = Type.Object({
      labels: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.Integer(), {
        description: 'Small letters',
      }),
    })
    const fault = 'config.yml:1:11: labels.B: unknown key, allowed are'
    expect(faultsOf(() => loadWith(names, 'labels: { B: 1 }'))).toEqual([
      `${fault} names that match ^[a-z]+$`,
    ])
    expect(faultsOf(() => loadWith(told, 'labels: { B: 1 }'))).toEqual([`${fault} these: Small letters`])
  })

  test.each([
    ['by name', Type.Object({ port: Type.String() })],
    ['by alias', Type.Object({ address: secret({ description: 'x', aliases: ['port'] }) })],
  ])('a key that is defined twice %s is an error of the program', (_, other) => {
    expect(() => joinSchemas(Type.Object({ port: Type.Integer() }), other)).toThrow(
      'the config key "port" is defined twice',
    )
  })

  test('what keys say of each other stays', () => {
    const joined = joinSchemas(
      Type.Object(
        { a: Type.Optional(Type.Integer()), b: Type.Optional(Type.Integer()) },
        {
          dependencies: { a: ['b'] },
        },
      ),
      Type.Object({ c: Type.Integer() }),
    )
    expect(loadWith(joined, 'a: 1\nb: 2\nc: 3').config).toEqual({ a: 1, b: 2, c: 3 })
    expect(faultsOf(() => loadWith(joined, 'a: 1\nc: 3'))).toEqual([expect.stringContaining('b: missing')])
  })

  test('only objects can be joined', () => {
    expect(() => joinSchemas(Type.String())).toThrow('must be an object schema')
  })

  test('a default that its own schema refuses is an error of the program', () => {
    const wrong = Type.Object({ a: Type.Integer({ default: 'x' }) })
    expect(() => loadWith(wrong, '')).toThrow('does not allow its own default at /a')
  })
})
