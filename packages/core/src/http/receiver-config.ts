import { type Static, Type } from 'typebox'
import { wholeNumber } from '../config/fields.ts'
import { secret } from '../config/secret.ts'

const MIB = 1024 * 1024

/** The keys of the HTTP receiver. */
export const receiverConfig = Type.Object({
  port: wholeNumber({
    minimum: 0,
    maximum: 65_535,
    default: 8080,
    description: 'The port that CloudEvents are posted to, on any path; 0 takes a free one and logs it',
  }),
  host: Type.Optional(
    Type.String({ minLength: 1, description: 'The address to listen on; all of the machine if left out' }),
  ),
  auth: Type.Optional(
    Type.Object({
      token: secret({
        description: 'What senders must give as `Authorization: Bearer …`; without it anybody may post',
      }),
    }),
  ),
  tls: Type.Optional(
    Type.Object({
      cert: Type.String({
        minLength: 1,
        description:
          'The certificate to show, with those between it and its authority, as PEM text: `${file:/path/to/tls.crt}`. With it the port speaks HTTPS only, `/healthz` and `/readyz` too',
      }),
      key: secret({
        description: 'The private key of the certificate, as PEM text: `${file:/path/to/tls.key}`',
      }),
    }),
  ),
  webhook: Type.Optional(
    Type.Object({
      origins: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), {
          minItems: 1,
          description:
            'Senders that get consent in the webhook handshake, by what they give as WebHook-Request-Origin; all if left out',
        }),
      ),
      rate: Type.Optional(
        wholeNumber({
          minimum: 1,
          maximum: 1_000_000,
          description:
            'Requests a minute that each sender may make; more are answered 429. No limit if left out',
        }),
      ),
    }),
  ),
  max_body: wholeNumber({
    minimum: 1024,
    maximum: 256 * MIB,
    default: 4 * MIB,
    description: 'Bytes of a request body at the most; larger ones are answered 413',
  }),
  max_requests: wholeNumber({
    minimum: 1,
    maximum: 100_000,
    default: 1000,
    description: 'Requests that may wait for their answer at once; more are answered 503',
  }),
  max_pending: Type.Optional(
    wholeNumber({
      minimum: 1024,
      maximum: 4096 * MIB,
      description:
        'Bytes of all waiting requests together at the most; more are answered 503. If left out, a 32nd part of the memory that the container or the machine has, from 4 to 64 MiB',
    }),
  ),
})

export type ReceiverConfig = Static<typeof receiverConfig>

/** The bytes that waiting requests may hold where nobody says: each costs several, as a buffer, as text and as events. */
export const pendingOf = (memory: number): number =>
  Math.min(Math.max(Math.floor(memory / 32), 4 * MIB), 64 * MIB)
