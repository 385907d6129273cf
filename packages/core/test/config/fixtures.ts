import { type Static, type TSchema, Type } from 'typebox'
import {
  hostOrUrl,
  httpUrl,
  joinSchemas,
  type LoadedConfig,
  loadConfig,
  secret,
  timeZone,
  wholeNumber,
} from '../../src/config/index.ts'
import { ConfigError } from '../../src/errors.ts'

/** A source's keys, a target's and the runtime's, as an app joins them. */
export const schema = joinSchemas(
  Type.Object({
    endpoint: hostOrUrl({ description: 'The API', default: 'api.example.com' }),
    pull_hour: wholeNumber({ minimum: 1, maximum: 23, default: 2, description: 'The hour of the pull' }),
    pull_zone: timeZone({ description: 'The zone of `pull_hour`', default: 'UTC' }),
    format: Type.Enum(['json', 'compact', 'table'], { default: 'json', description: 'How events look' }),
    account_id: Type.Optional(
      Type.String({
        pattern: '^\\d{12}$',
        allowed: 'an account number of 12 digits',
        description: 'The account',
      }),
    ),
    group_by: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], { description: 'Dimensions' }),
    ),
    secret: Type.Optional(
      Type.Object({
        access_key_id: secret({ description: 'The access key' }),
        secret_access_key: secret({ description: 'Its secret', aliases: ['secret_access_Key'] }),
        uses: Type.Optional(Type.Integer({ minimum: 1 })),
      }),
    ),
  }),
  Type.Object({
    target: httpUrl({ description: 'Where events go' }),
    headers: Type.Optional(Type.Record(Type.String(), secret({ description: 'A header' }))),
    handshake: Type.Optional(Type.Boolean({ description: 'Ask first' })),
    rate: Type.Optional(Type.Number({ minimum: 0 })),
  }),
  Type.Object({
    port: wholeNumber({ minimum: 0, maximum: 65535, default: 8080, description: 'The port' }),
    log_config: Type.Object({
      level: Type.Enum(['debug', 'info', 'warn'], { default: 'info', description: 'What is logged' }),
    }),
  }),
)

export const variables = { CONNECTOR_TARGET: 'target', CONNECTOR_PORT: 'port', LOG_LEVEL: 'log_config.level' }

type Env = Readonly<Record<string, string>>

/** Loads a text as `config.yml`. */
export const load = (text: string, env: Env = {}): LoadedConfig<Static<typeof schema>> =>
  loadConfig({ schema, file: 'config.yml', text, env, variables })

/** Loads a text by another schema. */
export const loadWith = <S extends TSchema>(other: S, text: string, env: Env = {}): LoadedConfig<Static<S>> =>
  loadConfig({ schema: other, file: 'config.yml', text, env, variables: {} })

export function faultsOf(attempt: () => unknown): readonly string[] {
  try {
    attempt()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}
