import fc from 'fast-check'
import type { CloudEvent } from '../../src/connector.ts'
import { parseJson } from '../../src/json.ts'

export const minimal: CloudEvent = {
  specversion: '1.0',
  id: 'a-1',
  source: 'cloud.aws.billing',
  type: 'aws.service.daily',
}

/** A text that the specification allows as an attribute. */
export const attributeText = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    fc.constantFrom('50 %', 'say "hi"', '%41', 'Euro € 😀', ' a ', 'a,b;c=d\\'),
  )
  .filter(text => !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(text) && text.isWellFormed())
const someText = attributeText.filter(text => text !== '')

const name = fc
  .string({ unit: fc.constantFrom(...'abcxyz0189'.split('')), minLength: 1, maxLength: 25 })
  .filter(text => !['id', 'data', 'time', 'type'].includes(text))

const jsonData = fc.oneof(
  fc.jsonValue({ noUnicodeString: false }).map(value => JSON.parse(JSON.stringify(value)) as unknown),
  fc.constantFrom('{"amount":0.10}', '[5.2E-9,1.0]', '-0', 'null', 'false', '0', '""').map(parseJson),
)

const data = fc.oneof(
  fc.constant({}),
  jsonData.map(value => ({ data: value })),
  jsonData.map(value => ({ datacontenttype: 'application/json', data: value })),
  jsonData.map(value => ({ datacontenttype: 'application/vnd.acme+json; charset=UTF-8', data: value })),
  fc
    .string({ unit: 'binary', minLength: 1 })
    .filter(text => text.isWellFormed())
    .map(text => ({ datacontenttype: 'text/plain', data: text })),
  fc.constant({ datacontenttype: 'application/xml', data: '<much wow="xml"/>' }),
  fc.uint8Array({ minLength: 1 }).map(bytes => ({
    datacontenttype: 'image/png',
    data_base64: Buffer.from(bytes).toString('base64'),
  })),
)

const record = (extension: fc.Arbitrary<unknown>) =>
  fc
    .tuple(
      fc.record(
        {
          id: someText,
          source: fc.constantFrom(
            'cloud.aws.billing',
            '#f',
            'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66',
            '/a/b?c=%20#d',
            '1-555-123-4567',
          ),
          type: someText,
          dataschema: fc.constantFrom('https://example.com/schema', 'urn:a:b'),
          subject: someText,
          time: fc.constantFrom(
            '2022-06-14T07:05:55.777689Z',
            '2018-04-05t17:31:00.000000000z',
            '2016-12-31T23:59:60-08:00',
          ),
        },
        { requiredKeys: ['id', 'source', 'type'] },
      ),
      fc.dictionary(name, extension, { maxKeys: 3 }),
      data,
    )
    .map(([core, extensions, data]): CloudEvent => ({ specversion: '1.0', ...core, ...extensions, ...data }))

/** Valid events with extensions of every type. */
export const anyEvent = record(fc.oneof(attributeText, fc.boolean(), fc.integer()))
/** Valid events whose extensions are texts, which is all that headers can tell. */
export const textEvent = record(attributeText)
