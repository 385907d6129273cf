import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  decode,
  encodeBatch,
  encodeBinary,
  encodeStructured,
  validateEvent,
} from '../../src/cloudevents/index.ts'
import type { CloudEvent } from '../../src/connector.ts'
import { stringifyJson } from '../../src/json.ts'
import { anyEvent, minimal, textEvent } from './events.ts'

/** Events are equal if they say the same with the same digits; raw numbers are no ordinary objects. */
const same = (a: unknown, b: unknown) => {
  expect(a).toEqual(b)
  expect(canonical(a)).toBe(canonical(b))
}
const canonical = (value: unknown) =>
  stringifyJson(Object.fromEntries(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1))))

/** What binary mode makes explicit: data without a media type is JSON. */
const explicit = (event: CloudEvent): CloudEvent =>
  event.data !== undefined && event.datacontenttype === undefined
    ? { ...event, datacontenttype: 'application/json' }
    : event

describe('an event comes back as it went', () => {
  test('structured', () => {
    fc.assert(
      fc.property(anyEvent, event => {
        validateEvent(event)
        const { headers, body } = encodeStructured(event)
        const decoded = decode(headers, body)
        expect(decoded.mode).toBe('structured')
        same(decoded.events[0], event)
      }),
      { numRuns: 500 },
    )
  })

  test('binary', () => {
    fc.assert(
      fc.property(textEvent, event => {
        const { headers, body } = encodeBinary(event)
        for (const [name, value] of Object.entries(headers)) {
          expect(`${name}: ${value}`).toMatch(/^[\x20-\x7e]*$/)
          if (name.startsWith('ce-')) expect(value).not.toMatch(/[ "]/)
        }
        const decoded = decode(headers, body)
        expect(decoded.mode).toBe('binary')
        same(decoded.events[0], explicit(event))
      }),
      { numRuns: 500 },
    )
  })

  test('batch', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 5 }), events => {
        const { headers, body } = encodeBatch(events)
        const decoded = decode(headers, body)
        expect(decoded.mode).toBe('batch')
        expect(decoded.events).toHaveLength(events.length)
        for (const [index, event] of events.entries()) same(decoded.events[index], event)
      }),
    )
  })

  test('from structured to binary and back, but for the types of extensions', () => {
    fc.assert(
      fc.property(anyEvent, event => {
        const once = decode(encodeStructured(event).headers, encodeStructured(event).body)
          .events[0] as CloudEvent
        const there = encodeBinary(once)
        const [back] = decode(there.headers, there.body).events
        const texts = Object.fromEntries(
          Object.entries(explicit(event)).map(([name, value]) => [
            name,
            name === 'data' ? value : String(value),
          ]),
        )
        same(back, texts)
      }),
    )
  })

  test('no data is not null, and null is not no data', () => {
    for (const encode of [encodeStructured, encodeBinary]) {
      const none = encode(minimal)
      expect(decode(none.headers, none.body).events[0]).toStrictEqual(minimal)
      const nothing = encode({ ...minimal, data: null })
      expect(decode(nothing.headers, nothing.body).events[0]).toHaveProperty('data', null)
    }
  })
})
