import { ConfigError, secret, type Static, Type } from '@billow/core'
import { COLUMN_NAMES, focusDefaults } from '@billow/focus'
import { CBF_COLUMNS, type CbfColumn, type CbfColumnName } from './cbf/columns.ts'

/** What can fill a column. The names are tried in their order. */
const ORIGIN = `^(none|x_.+|tag:.+|${COLUMN_NAMES.join('|')})$`
const ALLOWED = 'a FOCUS column, x_NAME, tag:KEY or none'

const origin = Type.String({ pattern: ORIGIN, allowed: ALLOWED })

const columnKey = ({ from, description }: CbfColumn) => {
  const [first = 'none', ...others] = from
  return Type.Union([origin, Type.Array(origin, { minItems: 1 })], {
    default: others.length > 0 ? from : first,
    description,
  })
}

const connectionId = (description: string) =>
  Type.String({
    pattern: '^[\\w.-]+$',
    allowed: 'the id of an AnyCost Stream connection',
    description,
  })

const seconds = (byDefault: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 86_400, default: byDefault, description })

const CURRENCY = '^[A-Z]{3}$'

/** The choice between one stream and several, which the runtime joins with its own keys. */
const streams = {
  if: { properties: { connections: {} }, required: ['connections'] },
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so
  then: {
    properties: {
      connection_id: { not: {}, allowed: 'nothing beside `connections`' },
      currency: { not: {}, allowed: 'nothing beside `connections`' },
    },
  },
  else: {
    required: ['connection_id', 'currency'],
    properties: {
      connection_id: {
        allowed: 'the id of an AnyCost Stream connection, or `connections` with one for each currency',
      },
      currency: { allowed: 'the currency of that stream, such as USD' },
    },
  },
}

export const config = Type.Object(
  {
    endpoint: Type.String({
      format: 'http-url',
      default: 'https://api.cloudzero.com',
      description: 'The URL of the CloudZero API',
    }),
    connection_id: Type.Optional(
      connectionId('The AnyCost Stream connection, for charges of one currency; with `currency`'),
    ),
    currency: Type.Optional(
      Type.String({
        pattern: CURRENCY,
        allowed: 'a currency such as USD',
        description: 'The currency of the charges that go to `connection_id`; others are refused',
      }),
    ),
    connections: Type.Optional(
      Type.Record(
        Type.String({ pattern: CURRENCY }),
        connectionId('The stream for charges in this currency'),
        {
          additionalProperties: false,
          minProperties: 1,
          description:
            'A stream for each currency, such as `USD: 1234abcd-…`, since a stream has no column for it; charges in other currencies are refused',
        },
      ),
    ),
    secret: Type.Object({
      api_key: secret({ description: 'The API key, sent as it is in the header `Authorization`' }),
    }),
    operation: Type.Union(
      [Type.Literal('replace_hourly'), Type.Literal('replace_drop'), Type.Literal('sum')],
      {
        default: 'replace_hourly',
        description:
          'How a changed day is sent: `replace_hourly` replaces that day; `replace_drop` the month, which must fit into one request; `sum` adds the differences',
      },
    ),
    flush: Type.Object(
      {
        quiet: seconds(60, 'Seconds after the last change of a day before it is sent'),
        max_age: seconds(900, 'Seconds after the first change that waits at which a day is sent in any case'),
        max_bytes: Type.Integer({
          minimum: 1000,
          maximum: 5_000_000,
          default: 5_000_000,
          description: 'Bytes of a request body at the most; a day that is larger goes in parts',
        }),
      },
      { description: 'When changed days are sent' },
    ),
    timeout: Type.Integer({
      minimum: 1,
      maximum: 600,
      default: 60,
      description: 'Seconds that CloudZero may take to answer a request',
    }),
    dry_run: Type.Boolean({
      default: false,
      description: 'Whether days are only judged by CloudZero (validate_billing_drop), and not sent',
    }),
    columns: Type.Object(
      Object.fromEntries(
        Object.entries(CBF_COLUMNS).map(([name, column]) => [name, columnKey(column)]),
      ) as Record<CbfColumnName, ReturnType<typeof columnKey>>,
      { description: 'What fills the columns of Common Bill Format' },
    ),
    tags: Type.Union([Type.Boolean(), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
      default: true,
      allowed: 'true, false or a list of tag keys',
      description: 'Which tags are sent as `resource/tag:KEY`: all, none or those of a list',
    }),
    focus: Type.Object({ defaults: focusDefaults }),
  },
  streams,
)

export type CloudzeroConfig = Static<typeof config>

/** Where the charges of a currency go. */
export interface Stream {
  readonly currency: string
  readonly connection: string
}

/** @throws ConfigError where two currencies would be mixed in one stream. */
export function streamsOf({ connections, connection_id, currency }: CloudzeroConfig): readonly Stream[] {
  const pairs = connections ? Object.entries(connections) : [[currency ?? '', connection_id ?? ''] as const]
  const streams = pairs.map(([currency, connection]) => ({ currency, connection }))
  const shared = streams.filter(
    ({ connection }) => streams.filter(s => s.connection === connection).length > 1,
  )
  if (shared.length === 0) return streams
  throw new ConfigError(
    `connections: found one connection for ${shared.map(({ currency }) => currency).join(' and ')}, allowed is one for each currency: a stream has no column that tells them apart`,
  )
}
