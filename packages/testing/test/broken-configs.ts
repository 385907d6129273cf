import { Type } from '@billow/core'
import type { SourceSpec } from '@billow/testing'
import type { Broken } from './broken.ts'
import { type Toy, toyAt } from './toy-outside.ts'
import { config, toySource, toySpec } from './toy-source.ts'

const { properties } = config
const withKeys = (keys: object) => toySource({}, { config: Type.Object({ ...properties, ...keys }) as never })

/** Sources that break a rule of the configuration or of `check`. */
export const brokenConfigs: readonly Broken<SourceSpec<never, Toy>>[] = [
  {
    what: 'asks for a key that its documentation does not name',
    spec: () => toySpec(withKeys({ region: Type.String({ description: 'The region' }) })),
    fails: [
      'config: the valid',
      'config: endpoint',
      'config: what is left',
      'check',
      'events',
      'commits',
      'crash',
      'faults',
      'errors',
      'abort',
      'handles',
      'memory',
      'secrets',
    ],
  },
  {
    what: 'takes any text for a URL',
    spec: () => toySpec(withKeys({ endpoint: Type.String({ description: 'The URL' }) })),
    fails: ['config: endpoint'],
  },
  {
    what: 'takes any key',
    spec: () =>
      toySpec(toySource({}, { config: Type.Object(properties, { additionalProperties: true }) as never })),
    fails: ['config: a key that there is not'],
  },
  {
    what: 'has a default that it refuses',
    spec: () =>
      toySpec(withKeys({ pause: Type.Integer({ default: 0, minimum: 1, description: 'A pause' }) })),
    fails: ['config: what is left out'],
  },
  {
    what: 'has a key without a description',
    spec: () => toySpec(withKeys({ token: { ...properties.token, description: '' } })),
    fails: ['config: every key'],
  },
  {
    what: "has a key that is the target's",
    spec: () => toySpec(withKeys({ timeout: Type.Optional(Type.Integer({ description: 'A timeout' })) })),
    fails: ['config: its keys'],
  },
  {
    what: 'sees nothing in its check',
    spec: () =>
      toySpec(
        toySource(
          {},
          {
            check: async ({ config, signal }) => {
              await toyAt((config as { endpoint: string }).endpoint).page(0, signal)
              return []
            },
          },
        ),
      ),
    fails: ['check: says'],
  },
  {
    what: 'finds nothing wrong in its check',
    spec: () => toySpec(toySource({}, { check: async () => ['fine'] })),
    fails: ['check: refused access', 'check: a failure', 'check: ends'],
  },
  {
    what: 'checks without its signal',
    spec: () =>
      toySpec(
        toySource(
          {},
          {
            check: async ({ config }) => {
              await toyAt((config as { endpoint: string }).endpoint).page(0)
              return ['fine']
            },
          },
        ),
      ),
    fails: ['check: ends'],
  },
  {
    what: 'goes on with the second page after a check',
    spec: () => {
      const { check, ...source } = toySource()
      return toySpec({
        ...source,
        async check(context) {
          const lines = (await check?.(context)) ?? []
          await context.state.set('page', '1')
          return lines
        },
      })
    },
    fails: ['check: takes'],
  },
]
