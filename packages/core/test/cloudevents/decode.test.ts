import { describe, expect, test } from '@jest/globals'
import { DecodeError, decode } from '../../src/cloudevents/index.ts'
import type { Headers } from '../../src/cloudevents/index.ts'
import { stringifyJson } from '../../src/json.ts'
import { minimal } from './events.ts'

const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
const BATCH = { 'content-type': 'application/cloudevents-batch+json' }
const BINARY = {
  'ce-specversion': '1.0',
  'ce-id': 'a-1',
  'ce-source': 'cloud.aws.billing',
  'ce-type': 'aws.service.daily',
}

const structured = (event: unknown, headers: Headers = STRUCTURED) =>
  decode(headers, Buffer.from(typeof event === 'string' ? event : JSON.stringify(event))).events[0]
const binary = (headers: Headers, body: string | Buffer = '') =>
  decode({ ...BINARY, ...headers }, Buffer.from(body)).events[0]

/** The status and the reason of a refusal. */
function refusal(work: () => unknown): { status: number; message: string; faults: DecodeError['faults'] } {
  try {
    work()
  } catch (error) {
    if (error instanceof DecodeError) {
      expect(error.message).not.toMatch(/\n/)
      return { status: error.status, message: error.message, faults: error.faults }
    }
    throw error
  }
  throw new Error('was taken')
}

describe('structured', () => {
  test.each([
    'application/cloudevents+json',
    'application/cloudevents+json; charset=UTF-8',
    'APPLICATION/CloudEvents+JSON;Charset="utf-8"',
    'application/cloudevents+json ; charset=utf8; x=y',
  ])('takes %s', type => {
    expect(structured(minimal, { 'content-type': type })).toStrictEqual(minimal)
  })

  test.each([0, false, '', null, [], {}, [1, [2]], 'text', { a: { b: null } }])('takes the data %j', data => {
    expect(structured({ ...minimal, data })).toStrictEqual({ ...minimal, data })
    expect(structured({ ...minimal, datacontenttype: 'text/json', data })).toHaveProperty('data', data)
  })

  test('a JSON text in a text stays a text', () => {
    expect(structured({ ...minimal, datacontenttype: 'application/json', data: '{"a":1}' })).toHaveProperty(
      'data',
      '{"a":1}',
    )
  })

  test('keeps the digits of numbers', () => {
    const text =
      '{"specversion":"1.0","id":"a","source":"s","type":"t","data":{"PretaxAmount":0.10,"Cost":5.2E-9}}'
    expect(stringifyJson(structured(text))).toBe(text)
  })

  test('sets the attributes in order: those of the specification, extensions, data', () => {
    const event = structured({
      zext: 'z',
      data: 1,
      time: '2022-06-14T07:01:55.277687Z',
      ext: 'e',
      subject: 's',
      datacontenttype: 'application/json',
      type: 't',
      source: 's',
      id: 'i',
      specversion: '1.0',
    })
    expect(Object.keys(event ?? {})).toEqual([
      'specversion',
      'id',
      'source',
      'type',
      'datacontenttype',
      'subject',
      'time',
      'zext',
      'ext',
      'data',
    ])
  })

  test('takes null for unset, but as data', () => {
    const unset = {
      datacontenttype: null,
      dataschema: null,
      subject: null,
      time: null,
      ext: null,
      data_base64: null,
    }
    expect(structured({ ...minimal, ...unset })).toStrictEqual(minimal)
    expect(structured({ ...minimal, ...unset, data: 1 })).toStrictEqual({ ...minimal, data: 1 })
    expect(structured({ ...minimal, datacontenttype: 'text/plain', data: null })).not.toHaveProperty('data')
  })

  test.each([
    '2018-04-05T17:31:00Z',
    '2018-04-05T17:31:00.000000000Z',
    '2018-04-05t18:31:00+01:00',
    '2020-02-29T00:00:00-23:59',
    '2016-12-31T23:59:60Z',
  ])('passes the time %s as it is', time =>
    expect(structured({ ...minimal, time })).toHaveProperty('time', time),
  )

  test.each([
    ['text', 'value'],
    ['empty', ''],
    ['integer', 2_147_483_647],
    ['least', -2_147_483_648],
    ['boolean', false],
    ['averylongnamethatshouldnotbebutmaybe', 'x'],
    ['1st', 'x'],
  ])('takes the extension %s', (name, value) =>
    expect(structured({ ...minimal, [name]: value })).toStrictEqual({ ...minimal, [name]: value }),
  )

  test.each<[unknown, RegExp]>([
    [{ ...minimal, specversion: undefined }, /^specversion: missing; "1.0" is required$/],
    [{ ...minimal, specversion: '0.9' }, /^specversion: found "0.9"; "1.0" is allowed$/],
    [{ ...minimal, specversion: '' }, /^specversion: found ""/],
    [{ ...minimal, specversion: 1.5 }, /^specversion: found 1.5/],
    [{ ...minimal, id: undefined }, /^id: missing/],
    [{ ...minimal, id: null }, /^id: missing/],
    [{ ...minimal, id: '' }, /^id: found ""; a text that is not empty/],
    [{ ...minimal, id: 25 }, /^id: found 25/],
    [{ ...minimal, id: { a: 1 } }, /^id: found an object/],
    [{ ...minimal, id: 'a\nb' }, /^id: found "a\\nb"; .* without control characters/],
    [{ ...minimal, id: '\uDEAD' }, /^id: found/],
    [{ ...minimal, id: '\uFFFF' }, /^id: found/],
    [{ ...minimal, source: '' }, /^source: found ""/],
    [{ ...minimal, source: 'a b' }, /^source: found "a b"; a URI-reference/],
    [{ ...minimal, source: 'a%zz' }, /^source: /],
    [{ ...minimal, source: 'a#b#c' }, /^source: /],
    [{ ...minimal, type: undefined }, /^type: missing/],
    [{ ...minimal, type: ['t'] }, /^type: found a list/],
    [{ ...minimal, subject: '' }, /^subject: found ""/],
    [{ ...minimal, dataschema: '' }, /^dataschema: found ""; an absolute URI/],
    [{ ...minimal, dataschema: '/relative' }, /^dataschema: /],
    [{ ...minimal, datacontenttype: '' }, /^datacontenttype: /],
    [{ ...minimal, datacontenttype: 'xyz' }, /^datacontenttype: found "xyz"; a media type/],
    ...[
      'lunchtime',
      '2018-04-05T18:31Z',
      '2018-04-05T18:31:00X',
      '2018-04-05T18:31:00+25:00',
      '2018-04-05T18:31:00+05',
      '2018-04-05 18:31:00Z',
      '2018-04-05T18:31:00',
      '2019-02-29T00:00:00Z',
      '2018-13-01T00:00:00Z',
      '2018-04-31T00:00:00Z',
      '2018-04-05T24:00:00Z',
      '',
    ].map((time): [unknown, RegExp] => [{ ...minimal, time }, /^time: found ".*"; an RFC 3339 time/]),
    [{ ...minimal, time: 1_528_959_715 }, /^time: found 1528959715/],
    [{ ...minimal, MyExtension: 'bad' }, /^"MyExtension": a name of lower-case letters/],
    [{ ...minimal, 'my.extension': 'bad' }, /^"my.extension": a name/],
    [{ ...minimal, ext: 1.5 }, /^ext: found 1.5; a boolean, a whole number of 32 bits, or a text/],
    [{ ...minimal, ext: 2_147_483_648 }, /^ext: found 2147483648/],
    [{ ...minimal, ext: { a: 1 } }, /^ext: found an object/],
    [{ ...minimal, ext: [] }, /^ext: found a list/],
    [{ ...minimal, ext: 'a\u0000' }, /^ext: found/],
    ['{"specversion":"1.0","id":"a","source":"s","type":"t","ext":1.0}', /^ext: found 1.0/],
    ['{"specversion":"1.0","id":"a","source":"s","type":"t","__proto__":{"a":1}}', /^"__proto__": a name/],
    [{ ...minimal, data: 'a', data_base64: 'YQ==' }, /^data: found beside data_base64/],
    [{ ...minimal, data_base64: 'not base64' }, /^data_base64: found "not base64"; base64/],
    [{ ...minimal, data_base64: 'YQ' }, /^data_base64: /],
    [{ ...minimal, data_base64: 5 }, /^data_base64: found 5/],
    [
      { ...minimal, datacontenttype: 'text/plain', data: { a: 1 } },
      /^data: found an object; with the media type "text\/plain" a text/,
    ],
    [{ ...minimal, id: '', time: 'x' }, /^id: .*; time: /],
    [[minimal], /^an event is a JSON object/],
    ['null', /^an event is a JSON object/],
    ['1.0', /specversion: missing/],
    ['', /^the body is not JSON: it ends too early$/],
    ['{"id": hunter2}', /^the body is not JSON(?!.*hunter2)/],
    [`{"specversion":"1.0","data":${'['.repeat(200)}`, /^the body is nested deeper/],
  ])('refuses %j with 400', (event, reason) => {
    expect(refusal(() => structured(event))).toMatchObject({
      status: 400,
      message: expect.stringMatching(reason),
    })
  })

  test('keeps a long value out of the reason', () => {
    expect(refusal(() => structured({ ...minimal, time: 'x'.repeat(10_000) })).message.length).toBeLessThan(
      200,
    )
  })

  test('refuses a body that is not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])
    expect(refusal(() => decode(STRUCTURED, body))).toMatchObject({
      status: 400,
      message: 'the body is not UTF-8',
    })
  })

  test('overlooks a byte order mark', () => {
    expect(structured(`\uFEFF${JSON.stringify(minimal)}`)).toStrictEqual(minimal)
  })

  test.each([
    ['application/cloudevents+json; charset=ISO-8859-1', /charset iso-8859-1; UTF-8 is allowed/],
    [
      'application/cloudevents+avro',
      /found application\/cloudevents\+avro; application\/cloudevents\+json or/,
    ],
    ['application/cloudevents', /found application\/cloudevents;/],
    ['application/json', /found the content-type application\/json and no ce- headers/],
    [undefined, /found no content-type and no ce- headers/],
  ])('answers 415 to %s', (type, reason) => {
    expect(refusal(() => structured(minimal, { 'content-type': type }))).toMatchObject({
      status: 415,
      message: expect.stringMatching(reason),
    })
  })
})

describe('batch', () => {
  const batch = (events: unknown) => decode(BATCH, Buffer.from(JSON.stringify(events)))

  test('takes none, one and equal ones', () => {
    expect(batch([])).toEqual({ mode: 'batch', events: [] })
    expect(batch([minimal, minimal]).events).toStrictEqual([minimal, minimal])
  })

  test('names every wrong event by its place and id', () => {
    const wrong = refusal(() =>
      batch([minimal, { ...minimal, id: undefined }, 'text', { ...minimal, id: 'b', time: 'x' }]),
    )
    expect(wrong.status).toBe(400)
    expect(wrong.message).toMatch(
      /^event 1: id: missing; .*event 2: an event is a JSON object.*event 3: time: /,
    )
    expect(wrong.faults.map(({ index, id }) => [index, id])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 'b'],
    ])
  })

  test('keeps the message short where thousands are wrong', () => {
    const wrong = refusal(() => batch(Array.from({ length: 3000 }, () => ({}))))
    expect(wrong.faults).toHaveLength(3000)
    expect(wrong.message).toMatch(/event 4: .*; and 2995 more$/)
  })

  test.each([{}, null, minimal, '[]'])('refuses %j', body => {
    expect(refusal(() => batch(body))).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^the body of a batch/),
    })
  })

  test('refuses a mix of versions', () => {
    expect(refusal(() => batch([minimal, { ...minimal, specversion: '0.3' }])).message).toMatch(
      /^event 1: specversion/,
    )
  })
})

describe('binary', () => {
  test.each<[string, string, unknown]>([
    ['application/json', '{"amount":"0.10"}', { data: { amount: '0.10' } }],
    ['application/json; charset=utf-8', 'null', { data: null }],
    ['application/problem+json', '""', { data: '' }],
    ['application/json', '', {}],
    ['text/plain', 'Grüße', { data: 'Grüße' }],
    ['text/csv; charset=UTF-8', 'a,b', { data: 'a,b' }],
    ['application/xml', '<a/>', { data: '<a/>' }],
    ['application/octet-stream', 'Ma', { data_base64: 'TWE=' }],
    ['application/x; charset=utf-8', 'a', { data: 'a' }],
    ['text/plain; charset=iso-8859-1', 'a', { data_base64: 'YQ==' }],
  ])('takes %s with the body %j', (type, body, data) => {
    expect(binary({ 'content-type': type }, body)).toStrictEqual({
      ...minimal,
      datacontenttype: type,
      ...(data as object),
    })
  })

  test('keeps the digits of numbers', () => {
    const event = binary({ 'content-type': 'application/json' }, '{"amount":0.10}')
    expect(stringifyJson(event?.data)).toBe('{"amount":0.10}')
  })

  test('text that is not UTF-8 is bytes', () => {
    expect(binary({ 'content-type': 'text/plain' }, Buffer.from([0xff]))).toHaveProperty(
      'data_base64',
      '/w==',
    )
  })

  test('without a content-type a body is bytes, and no body is no data', () => {
    expect(binary({})).toStrictEqual(minimal)
    expect(binary({}, 'a')).toStrictEqual({
      ...minimal,
      datacontenttype: 'application/octet-stream',
      data_base64: 'YQ==',
    })
  })

  test.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['%e2%82%ac', '€'],
    ['%41%42', 'AB'],
    ['%2541', '%41'],
    ['100%', '100%'],
    ['50 %zz', '50 %zz'],
    ['a b', 'a b'],
    ['"a b"', 'a b'],
    ['"say \\"hi\\" \\\\"', 'say "hi" \\'],
    ['"%20"', ' '],
    [Buffer.from('Grüße').toString('latin1'), 'Grüße'],
  ])('reads the header %s', (header, subject) => {
    expect(binary({ 'ce-subject': header })).toHaveProperty('subject', subject)
  })

  test.each<[Headers, RegExp]>([
    [{ 'ce-id': undefined }, /^id: missing/],
    [{ 'ce-specversion': '0.3' }, /^specversion: found "0.3"/],
    [{ 'ce-id': '' }, /^id: found ""/],
    [{ 'ce-time': 'now' }, /^time: found "now"/],
    [{ 'ce-subject': '%C0%A0' }, /^ce-subject: its bytes are not UTF-8/],
    [{ 'ce-subject': 'caf\u00e9' }, /^ce-subject: its bytes are not UTF-8/],
    [{ 'ce-subject': 'a%0Ab' }, /^subject: found "a\\nb"/],
    [{ 'ce-my-ext': 'a' }, /^"my-ext": a name/],
    [{ 'ce-__proto__': 'a' }, /^"__proto__": a name/],
    [{ 'ce-datacontenttype': 'text/plain' }, /^ce-datacontenttype: not allowed/],
    [{ 'ce-data': 'x' }, /^ce-data: not allowed/],
    [{ 'ce-id': ['a', 'b'] }, /^ce-id: found 2 such headers; one is allowed/],
    [{ 'content-type': 'xyz' }, /^datacontenttype: found "xyz"/],
    [{ 'content-type': ['a/b', 'a/c'] }, /^content-type: found 2/],
  ])('refuses %j with 400', (headers, reason) => {
    expect(refusal(() => binary(headers))).toMatchObject({
      status: 400,
      message: expect.stringMatching(reason),
    })
  })

  test('refuses JSON that is none', () => {
    const type = { 'content-type': 'application/json' }
    expect(refusal(() => binary(type, '{'))).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^the body is not JSON/),
    })
    expect(refusal(() => binary(type, Buffer.from([0xff]))).message).toBe('the body is not UTF-8')
    expect(refusal(() => binary({ 'content-type': 'application/json; charset=utf-16' }, '1')).status).toBe(
      415,
    )
  })
})
