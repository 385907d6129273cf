import { type AnyConnector, type TSchema, Type } from '@billow/core'
import { receiverConfig, runtimeConfig, targetConfig } from '@billow/core/program'

/** The connectors of an entry, as far as they could be loaded. */
export interface Halves {
  readonly kind: 'source' | 'sink' | 'pair' | 'processor' | 'unknown'
  /** Whose keys stand in `config`. */
  readonly own?: AnyConnector | undefined
  /** Whose keys stand in `sink.config`, beside a source. */
  readonly other?: AnyConnector | undefined
}

const packageName = (what: string): TSchema =>
  Type.String({
    minLength: 1,
    allowed: 'the name of a package such as @billow/sink-display, or a path such as ./my-sink.js',
    description: what,
  })

const name = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$',
  allowed: 'a name of at most 63 letters, digits, - and _',
  description:
    'Unique in the file: the key of its state, the field `connector` of its log lines, its name in commands',
})
const { log_config, store_config, ...each } = runtimeConfig.properties
const { target: url, ...targetKeys } = targetConfig.properties
const target = Type.Object(
  { url, ...targetKeys },
  { short: 'url', description: 'Where events are posted to: a URL, or a mapping with these keys' },
)
const receiver = Type.Object(receiverConfig.properties, {
  short: 'port',
  description: 'Where events are received: a port, or a mapping with these keys',
})
const anyConfig = Type.Object(
  {},
  { additionalProperties: true, description: "The connector's own keys: see its documentation" },
)
const configOf = (connector: AnyConnector | undefined): TSchema => connector?.config ?? anyConfig
const pairedSink = (config: TSchema): TSchema =>
  Type.Object(
    { package: packageName('The package of the sink'), config },
    {
      short: 'package',
      description: 'The sink: a package, or a mapping with `package` and the `config` of the sink',
    },
  )

const source = packageName('The package of the source')
const sink = packageName('The package of the sink')
const processor = packageName('The package of the processor')

/** An entry whose connectors are not known: what may stand in any. */
export const anyEntry = Type.Object({
  name,
  source: Type.Optional(source),
  sink: Type.Optional(pairedSink(Type.Optional(anyConfig) as TSchema)),
  processor: Type.Optional(processor),
  config: Type.Optional(anyConfig),
  target: Type.Optional(target),
  receiver: Type.Optional(receiver),
  ...each,
})

const ENTRIES: Readonly<Record<Halves['kind'], (config: TSchema, other: TSchema) => TSchema>> = {
  source: config => Type.Object({ name, source, config, target, ...each }),
  sink: config => Type.Object({ name, sink, config, receiver, ...each }),
  pair: (config, other) => Type.Object({ name, source, config, sink: pairedSink(other), ...each }),
  processor: config => Type.Object({ name, processor, config, receiver, target, ...each }),
  unknown: () => anyEntry,
}

const entrySchema = ({ kind, own, other }: Halves): TSchema => ENTRIES[kind](configOf(own), configOf(other))

/** The schema of a pipeline file; of one with these entries, if they are given. */
export function pipelineSchema(entries: readonly Halves[] = []): TSchema {
  const connectors =
    entries.length > 0
      ? Type.Tuple(entries.map(entrySchema), {
          allowed: 'a list of connectors',
          description: 'The connectors',
        })
      : Type.Array(anyEntry, {
          minItems: 1,
          allowed: 'a list of connectors, each with a name and a source, a sink or a processor',
          description: 'The connectors; their keys are below',
        })
  return Type.Object({
    connectors,
    admin_port: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description:
          'A port for `/healthz`, `/readyz` and `/metrics` of all connectors together; none if left out, and 0 takes a free one and logs it',
      }),
    ),
    log_config,
    store_config,
  })
}
