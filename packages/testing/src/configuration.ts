import { type ConfigError, loadConfig, type TSchema } from '@billow/core'

export interface Configured {
  /** As a connector gets it: judged, defaults filled in, secrets wrapped. */
  readonly config: unknown
  readonly secrets: readonly string[]
}

/** Judges a configuration as the program does. Throws `ConfigError`. */
export function configure(schema: TSchema, values: Readonly<Record<string, unknown>>): Configured {
  // JSON is YAML, and what is undefined is left out.
  return loadConfig({ schema, file: undefined, text: JSON.stringify(values), env: {}, variables: {} })
}

export function faultsOf(schema: TSchema, values: Readonly<Record<string, unknown>>): ConfigError['faults'] {
  try {
    configure(schema, values)
    return []
  } catch (error) {
    if ((error as Error).name !== 'ConfigError') throw error
    return (error as ConfigError).faults
  }
}

type Values = Readonly<Record<string, unknown>>

/** A copy with a value under a dotted key; `undefined` leaves the key out. */
export function withKey(values: Values, key: string, value: unknown): Values {
  const [head = '', ...rest] = key.split('.')
  if (rest.length === 0) return { ...values, [head]: value }
  return { ...values, [head]: withKey((values[head] ?? {}) as Values, rest.join('.'), value) }
}

export function keyOf(values: unknown, key: string): unknown {
  return key.split('.').reduce((value, name) => (Object(value) as Values)[name], values)
}

/** A key of a schema that holds a value, not further keys. */
export interface Leaf {
  readonly key: string
  readonly description?: string
  readonly default?: unknown
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly description?: string
  readonly default?: unknown
}

export function leavesOf(schema: TSchema): readonly Leaf[] {
  const walk = (node: Node, path: string): readonly Leaf[] =>
    Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
      const key = path ? `${path}.${name}` : name
      return child.properties ? walk(child, key) : [{ ...child, key }]
    })
  return walk(schema, '')
}
