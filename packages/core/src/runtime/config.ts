import { type Static, Type } from 'typebox'
import { httpUrl } from '../config/fields.ts'
import { targetConfig } from '../http/index.ts'
import { LEVELS } from './log.ts'
import { storeConfig } from './store-config.ts'

/** The keys that every connector's program has. */
export const runtimeConfig = Type.Object({
  send_event_attempts: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 3,
    description:
      'Attempts without progress before events are given back to be read again; 0 is for ever. Nothing is dropped in either case',
  }),
  dead_letter: Type.Optional(
    Type.Object({
      target: httpUrl({
        description:
          'A URL that events refused for good are posted to as well, with the reason in extension attributes; they are kept in the state in any case',
      }),
      headers: targetConfig.properties.headers,
    }),
  ),
  log_config: Type.Object(
    {
      level: Type.Union(
        LEVELS.map(level => Type.Literal(level)),
        { default: 'info', description: 'How much is logged, on stderr' },
      ),
    },
    { default: {} },
  ),
  store_config: storeConfig,
})
export type RuntimeConfig = Static<typeof runtimeConfig>

/** Variables of the environment that win over the file, and the key that each stands for. */
export const VARIABLES = {
  CONNECTOR_TARGET: 'target',
  CONNECTOR_PORT: 'port',
  LOG_LEVEL: 'log_config.level',
} as const
