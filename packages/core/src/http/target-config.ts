import { type Static, Type } from 'typebox'
import { httpUrl, wholeNumber } from '../config/fields.ts'
import { secret } from '../config/secret.ts'

/** Headers that belong to the request itself; another value would break it. */
const RESERVED = [
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

const anyCase = (name: string): string =>
  name.replaceAll(/[a-z]/g, letter => `[${letter}${letter.toUpperCase()}]`)
const HEADER_NAME = `^(?![cC][eE]-|(?:${RESERVED.map(anyCase).join('|')})$)[!#$%&'*+.^_\`|~0-9A-Za-z-]+$`

/** The keys of the HTTP target. */
export const targetConfig = Type.Object({
  target: httpUrl({ description: 'The URL that CloudEvents are posted to' }),
  headers: Type.Optional(
    Type.Record(
      Type.String({ pattern: HEADER_NAME }),
      secret({ description: 'The value of the header; printable ASCII' }),
      {
        description:
          'Headers for every request, such as `authorization: Bearer ${TOKEN}`. The headers of the event and of the message itself (ce-…, content-type, host …) cannot be set',
      },
    ),
  ),
  mode: Type.Union([Type.Literal('structured'), Type.Literal('binary')], {
    default: 'structured',
    description:
      'How one event is posted: structured (all of it in a JSON body), or binary (attributes in headers, data in the body)',
  }),
  batch_size: wholeNumber({
    minimum: 1,
    maximum: 1000,
    default: 1,
    description:
      'Events in a request at the most; above 1 they go as application/cloudevents-batch+json, which the target must take',
  }),
  max_in_flight: wholeNumber({
    minimum: 1,
    maximum: 64,
    default: 8,
    description: 'Requests that may be outstanding at once',
  }),
  timeout: wholeNumber({
    minimum: 1,
    maximum: 3600,
    default: 30,
    description: 'Seconds that the target may take to answer a request',
  }),
})

export type TargetConfig = Static<typeof targetConfig>
