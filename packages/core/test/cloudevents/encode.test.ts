import { describe, expect, test } from '@jest/globals'
import { CloudEvent as SdkEvent } from 'cloudevents'
import {
  decode,
  encodeBatch,
  encodeBinary,
  encodeStructured,
  validateEvent,
} from '../../src/cloudevents/index.ts'
import type { CloudEvent } from '../../src/connector.ts'
import { Refused } from '../../src/errors.ts'
import { exactNumber } from '../../src/json.ts'
import { minimal } from './events.ts'

const text = ({ body }: { body: Buffer }) => body.toString()

test('structured is the document of the billing sources, key by key', () => {
  const event: CloudEvent = {
    data: {
      date: '2023-01-15',
      unblendedCost: { amount: '0.0009189721', unit: 'USD' },
      PaymentAmount: exactNumber('0.230'),
    },
    time: '2022-06-14T07:05:55.777689Z',
    datacontenttype: 'application/json',
    ext: undefined,
    revision: 1,
    ...minimal,
  }
  expect(encodeStructured(event).headers).toEqual({ 'content-type': 'application/cloudevents+json' })
  expect(text(encodeStructured(event))).toBe(
    '{"specversion":"1.0","id":"a-1","source":"cloud.aws.billing","type":"aws.service.daily","datacontenttype":"application/json",' +
      '"time":"2022-06-14T07:05:55.777689Z","revision":1,"data":{"date":"2023-01-15","unblendedCost":{"amount":"0.0009189721","unit":"USD"},"PaymentAmount":0.230}}',
  )
})

test('a batch is the list of the structured events', () => {
  const events = [{ ...minimal, data: 1 }, minimal]
  expect(encodeBatch(events)).toEqual({
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: Buffer.from(`[${events.map(event => text(encodeStructured(event))).join(',')}]`),
  })
  expect(text(encodeBatch([]))).toBe('[]')
})

describe('binary', () => {
  test('puts attributes into headers, escaped, and data into the body', () => {
    const event = {
      ...minimal,
      subject: 'Euro € 😀 "100%"',
      flag: true,
      n: -5,
      datacontenttype: 'text/plain',
      data: 'hi',
    }
    expect(encodeBinary(event)).toEqual({
      headers: {
        'ce-specversion': '1.0',
        'ce-id': 'a-1',
        'ce-source': 'cloud.aws.billing',
        'ce-type': 'aws.service.daily',
        'ce-subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80%20%22100%25%22',
        'ce-flag': 'true',
        'ce-n': '-5',
        'content-type': 'text/plain',
      },
      body: Buffer.from('hi'),
    })
  })

  test('says what data without a media type is, and nothing where there is none', () => {
    expect(encodeBinary({ ...minimal, data: 'hi' })).toMatchObject({
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('"hi"'),
    })
    expect(encodeBinary(minimal).headers).not.toHaveProperty('content-type')
    expect(encodeBinary({ ...minimal, datacontenttype: 'text/plain' }).headers).toHaveProperty(
      'content-type',
      'text/plain',
    )
  })

  test('refuses a text in a charset that it cannot write', () => {
    expect(() =>
      encodeBinary({ ...minimal, datacontenttype: 'text/plain; charset=utf-16', data: 'a' }),
    ).toThrow(Refused)
  })
})

describe('bytes', () => {
  const bytes = new Uint8Array([77, 97])

  test.each(['image/png', 'application/json', undefined])('of %s go as base64, or as they are', type => {
    const event = { ...minimal, ...(type && { datacontenttype: type }), data: bytes }
    expect(JSON.parse(text(encodeStructured(event)))).toMatchObject({ data_base64: 'TWE=' })
    expect(encodeBinary(event).body).toEqual(Buffer.from(bytes))
    expect(encodeBinary({ ...event, data: undefined, data_base64: 'TWE=' }).body).toEqual(Buffer.from(bytes))
  })
})

test('the class of the SDK is an event like any other', () => {
  for (const data of [{ a: 1 }, new Uint8Array([77, 97]), 0, undefined]) {
    const event = new SdkEvent({
      id: 'a',
      source: '/s',
      type: 't',
      time: '2023-01-15T00:00:00.000Z',
      data,
    }) as unknown as CloudEvent
    validateEvent(event)
    const { headers, body } = encodeStructured(event)
    const [back] = decode(headers, body).events
    expect(back).toMatchObject({ id: 'a', source: '/s', type: 't', time: '2023-01-15T00:00:00.000Z' })
    const expected = data instanceof Uint8Array ? { data_base64: 'TWE=' } : data === undefined ? {} : { data }
    expect(back).toMatchObject(expected)
  }
})

describe('validateEvent', () => {
  test('tells every fault at once', () => {
    const event = { ...minimal, id: '', time: 'yesterday', Ext: 1, data: 'a', data_base64: 'x' }
    expect(() => validateEvent(event)).toThrow(Refused)
    expect(() => validateEvent(event)).toThrow(/^id: .*; time: .*; "Ext": .*; data: .*; data_base64: /)
  })

  test('fills nothing in', () => {
    const event = Object.freeze({ specversion: '1.0', source: 's', type: 't' }) as unknown as CloudEvent
    expect(() => validateEvent(event)).toThrow('id: missing')
  })

  test.each([[() => 1], [Symbol('s')]])('refuses the data %p', data => {
    expect(() => validateEvent({ ...minimal, data })).toThrow(/^data: found a (function|symbol)/)
  })

  test.each([1n, cycle()])('data that JSON cannot hold is refused when it is written', data => {
    expect(() => encodeStructured({ ...minimal, data })).toThrow(Refused)
    expect(() => encodeBinary({ ...minimal, data })).toThrow(/^data: JSON cannot hold it/)
  })
})

function cycle(): unknown {
  const object: { self?: unknown } = {}
  object.self = object
  return object
}
