import { type CloudEvent, type Outcome, type TSchema, stringifyJson, type Writer } from '@billow/core'
import { must, nameOf, some } from '../must.ts'
import type { Outside } from '../spec.ts'
import { inWorld, type World } from '../world.ts'
import type { SinkSpec } from './spec.ts'

/** A trial of a sink: its spec, and a writer that is opened in a world of its own. */
export interface Trial<O extends Outside> {
  readonly spec: SinkSpec<TSchema, O>
  /** Events of the sink's kind, `from` the first of them. */
  events(count: number, from?: number): CloudEvent[]
  /** Does something with a writer, which is closed after it. */
  within<T>(work: (open: Opened<O>) => Promise<T>): Promise<T>
  /** Throws where one of the events is not stored as it was written, or one that is unknown is. */
  mustHold(world: World<O>, written: readonly CloudEvent[], also?: readonly CloudEvent[]): Promise<void>
}

export interface Opened<O> {
  readonly world: World<O>
  readonly writer: Writer
}

export function createTrial<S extends TSchema, O extends Outside>(given: SinkSpec<S, O>): Trial<O> {
  const spec = given as unknown as SinkSpec<TSchema, O>
  const make = spec.event ?? plainEvent
  return {
    spec,
    events: (count, from = 0) => Array.from({ length: count }, (_, index) => make(from + index)),
    within: work =>
      inWorld(spec.sink, spec, async world => {
        const ending = new AbortController()
        const writer = await spec.sink.open(world.context(ending.signal))
        try {
          return await work({ world, writer })
        } finally {
          ending.abort()
          await writer.close?.()
        }
      }),
    async mustHold({ outside }, written, also = []) {
      const stored = await spec.stored(outside)
      const names = new Set(stored.map(nameOf))
      const lost = written.map(nameOf).filter(name => !names.has(name))
      must(lost.length === 0, `acknowledged, but not stored: ${some(lost)}`)
      const known = new Map([...written, ...also].map(event => [nameOf(event), event]))
      const unknown = [...names].filter(name => !known.has(name))
      must(unknown.length === 0, `stored, but never written: ${some(unknown)}`)
      const changed = stored.filter(
        event => 'data' in event && textOf(event.data) !== textOf(known.get(nameOf(event))?.data),
      )
      must(changed.length === 0, `stored with other data: ${some(changed.map(nameOf))}`)
    },
  }
}

function plainEvent(n: number): CloudEvent {
  return {
    specversion: '1.0',
    id: `event-${n}`,
    source: 'billow.testing',
    type: 'billow.testing.event',
    datacontenttype: 'application/json',
    time: '2024-05-15T12:00:00Z',
    data: { n, text: `the ${n}. event` },
  }
}

const textOf = (data: unknown): string => stringifyJson(data) ?? 'nothing'

/** How one attempt ended, whether it returned or threw. */
export interface Attempt {
  readonly refused: NonNullable<Outcome['refused']>
  readonly unsent: readonly CloudEvent[]
  readonly because: Error | undefined
  /** What is neither. */
  readonly safe: readonly CloudEvent[]
}

export async function attempt(
  writer: Writer,
  events: readonly CloudEvent[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Attempt> {
  try {
    const { refused = [], unsent = [], because } = (await writer.write(events, signal)) ?? {}
    const left = new Set([...unsent, ...refused.map(({ event }) => event)])
    return { refused, unsent, because, safe: events.filter(event => !left.has(event)) }
  } catch (error) {
    return { refused: [], unsent: events, because: error as Error, safe: [] }
  }
}
