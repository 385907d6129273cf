import type { TSchema } from 'typebox'
import { joinSchemas } from '../config/index.ts'
import { schemaOf } from '../config/schema.ts'
import type { Sink, Source } from '../connector.ts'
import { createReceiver, httpTarget } from '../http/index.ts'
import { runtimeConfig } from '../runtime/config.ts'

export type AnyConnector = Source | Sink

/** A connector with its other half: a source posts to the target, a sink is fed by the receiver. */
export interface Program {
  readonly connector: AnyConnector
  readonly source: Source
  readonly sink: Sink
  /** The keys of both halves and of the runtime, in one flat file. */
  readonly schema: TSchema
}

/** The connector of a module: its default export. */
export function connectorOf(module: unknown): AnyConnector | undefined {
  const { default: found } = Object(module) as { readonly default?: Partial<Source & Sink> }
  const { name, config, read, open } = Object(found) as Partial<Source & Sink>
  if (typeof name !== 'string' || schemaOf(Object(config) as TSchema).type !== 'object') return undefined
  return typeof read === 'function' || typeof open === 'function' ? (found as AnyConnector) : undefined
}

export function programOf(connector: AnyConnector): Program {
  if ('read' in connector) {
    const schema = joinSchemas(httpTarget.config, connector.config, runtimeConfig)
    return { connector, source: connector, sink: httpTarget, schema }
  }
  const receiver = createReceiver()
  const schema = joinSchemas(receiver.config, connector.config, runtimeConfig)
  return { connector, source: receiver, sink: connector, schema }
}
