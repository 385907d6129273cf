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
  'proxy-authorization',
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
  auth: Type.Optional(
    Type.Object({
      token: Type.Optional(secret({ description: 'Sent as `Authorization: Bearer …` with each request' })),
      oauth2: Type.Optional(
        Type.Object({
          token_url: httpUrl({
            description: 'Where an access token is given for the client credentials below (OAuth 2.0)',
          }),
          client_id: Type.String({ minLength: 1, description: 'Who asks for the token' }),
          client_secret: secret({ description: 'The secret of the client; sent to `token_url` only' }),
          scope: Type.Optional(
            Type.String({
              minLength: 1,
              description: 'What the token is for, where the server wants to know',
            }),
          ),
          audience: Type.Optional(
            Type.String({
              minLength: 1,
              description: 'Whom the token is for, where the server wants to know',
            }),
          ),
        }),
      ),
    }),
  ),
  proxy: Type.Optional(
    httpUrl({
      description:
        'The proxy on the way to the target, `http://user:password@host:port`. If left out, the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY count, but not for this machine itself',
    }),
  ),
  ca: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Certificates of authorities that are trusted beside the usual ones, as PEM text: `${file:/path/to/ca.pem}`',
    }),
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
  batch_bytes: wholeNumber({
    minimum: 1024,
    maximum: 64 * 1024 * 1024,
    default: 1024 * 1024,
    description: 'Bytes in the body of such a request at the most; an event that is larger alone goes alone',
  }),
  batch_wait: Type.Number({
    minimum: 0,
    maximum: 5,
    default: 0,
    description:
      'Seconds, such as 0.05, that an event may wait for others to share its request with; 0 waits for none, and what arrives while all requests are outstanding still goes together',
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
  distributed_tracing: Type.Boolean({
    default: false,
    description:
      'Whether events that carry no trace get the attributes `traceparent` and `tracestate` (CloudEvents extension Distributed Tracing), where OpenTelemetry is set up. Requests carry the headers in any case',
  }),
  handshake: Type.Boolean({
    default: false,
    description:
      'Whether the target is asked for its consent (OPTIONS, as the CloudEvents webhook specification has it) before the first event is sent; the rate that it allows is held',
  }),
  handshake_origin: Type.Optional(
    Type.String({
      pattern: '^[!-~]+$',
      allowed: 'a name such as bills.example.com',
      description:
        'The name that the handshake and each request give as WebHook-Request-Origin; the host name if left out',
    }),
  ),
  handshake_rate: Type.Optional(
    wholeNumber({
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Requests a minute that the handshake asks for; no more are sent, even if more are allowed',
    }),
  ),
})

export type TargetConfig = Static<typeof targetConfig>
