import type { AnyConnector } from '../commands/program.ts'
import type { Sink, Source } from '../connector.ts'
import type { RuntimeConfig } from '../runtime/config.ts'

/** A connector with its checked configuration. */
export interface Part<C extends AnyConnector = AnyConnector> {
  readonly connector: C
  readonly config: unknown
}

/** One way that events go. */
export interface Way {
  readonly source: Part<Source>
  readonly sink: Part<Sink>
}

/** A named connector with what is at its other end, ready to be connected. */
export interface Link {
  /** Unique in a process: the key of its state and the log field. */
  readonly name: string
  /** The connector itself: its commands are those of the link, and it stands in `ways`. */
  readonly part: Part
  /** One way; of a processor two: to it, and on from it. */
  readonly ways: readonly Way[]
  /** The keys that the runtime adds to each connector, with those of the target where there is one. */
  readonly settings: Pick<RuntimeConfig, 'send_event_attempts' | 'dead_letter'>
  /** Its socket and its lock in the data directory. */
  readonly presence: string
  /** Differs where a restart is needed to follow the configuration. */
  readonly digest: string
}

/** A configuration that was read and found good: what is to run in this process. */
export interface Plan {
  /** Nothing where all comes from variables and defaults. */
  readonly file: string | undefined
  readonly links: readonly Link[]
  readonly settings: Pick<RuntimeConfig, 'log_config' | 'store_config'>
  /** Where health is told on a port of its own, and the key that named it. */
  readonly admin?: { readonly port: number; readonly key: string }
  /** The texts of all secrets, for the redactor. */
  readonly secrets: readonly string[]
}

/** Reads the configuration anew. Throws ConfigError with every fault. */
export type Load = () => Promise<Plan>

/** The way on which the connector's own events go, or else those that come to it. */
export const mainWay = ({ ways }: Link): Way => ways.at(-1) as Way

/** The leases of what the sinks of a link claim. A connector's name has no space, so none is taken for one. */
export const claimsOf = ({ ways }: Link): readonly string[] =>
  ways.flatMap(({ sink: { connector, config } }) =>
    (connector.claims?.(config as never) ?? []).map(claim => `${connector.name} ${claim}`),
  )

/** Every connector of a link, its own first. */
export function partsOf({ part, ways }: Link): readonly Part[] {
  return [...new Set<Part>([part, ...ways.flatMap(({ source, sink }) => [source, sink])])]
}
