import { type Static, Type } from 'typebox'
import { secret } from '../config/secret.ts'

/** The type that a key belongs to. */
const OWNERS = { store_file: 'file', url: 'postgres', lease_seconds: 'postgres' } as const

/** What a store of this type needs; the keys of the other types are refused. */
function keysOf(type: 'file' | 'memory' | 'postgres', needed: object = {}): object {
  const refused = Object.entries(OWNERS)
    .filter(([, owner]) => owner !== type)
    .map(([key, owner]) => [
      key,
      { not: {}, allowed: `nothing with the type ${type}: the key belongs to the type ${owner}` },
    ])
  const properties = { ...(Object.fromEntries(refused) as object), ...needed }
  return { type: 'object', properties, required: Object.keys(needed) }
}

const url = {
  ...secret({
    description:
      'Where the PostgreSQL server is and who we are to it: `postgres://user:password@host:port/database`, with TLS as `?sslmode=verify-full&sslrootcert=/path/to/ca.pem`. Only with the type postgres',
  }),
  pattern: '^postgres(ql)?://',
  allowed: 'a URL such as postgres://billow@db.example.com:5432/billow',
}

/** One schema where the type is this one, another one elsewhere. */
function where(type: string, then: object, otherwise: object): object {
  const chosen = { properties: { type: { const: type } }, required: ['type'] }
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so
  return { if: chosen, then, else: otherwise }
}

/** Where the state lives. A key of another type than the chosen one is a fault. */
export const storeConfig = Type.Object(
  {
    type: Type.Union([Type.Literal('file'), Type.Literal('memory'), Type.Literal('postgres')], {
      default: 'file',
      description:
        'Where the state lives: `file` is one SQLite file, `postgres` a server that several replicas share, `memory` forgets all when the process ends',
    }),
    store_file: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The file of the state; `billow.db` in the data directory if left out',
      }),
    ),
    url: Type.Optional(url),
    lease_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3600,
        description:
          'How long a replica that falls silent keeps its work before another one takes over; 15 if left out. Only with the type postgres',
      }),
    ),
  },
  {
    default: {},
    ...where('postgres', keysOf('postgres', { url }), where('memory', keysOf('memory'), keysOf('file'))),
  },
)
export type StoreConfig = Static<typeof storeConfig>
