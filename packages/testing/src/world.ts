import {
  type AnyConnector,
  type CloudEvent,
  type Context,
  openSqliteStore,
  type Side,
  type State,
  type Status,
  type StatusCell,
  createStatus,
} from '@billow/core'
import { metrics, trace } from '@opentelemetry/api'
import { withoutAddress } from './address.ts'
import { type JumpingClock, jumpingClock } from './clock.ts'
import { configure } from './configuration.ts'
import { keptLog } from './log.ts'
import { createSecrecy, type Secrecy } from './secrecy.ts'
import type { Address, Faults, Outside, Spec } from './spec.ts'

const NOW = '2024-05-15T12:00:00Z'

export interface OpenOutside<O> {
  readonly outside: O
  close(): Promise<void>
}

export async function openOutside<O extends Outside>({ outside: start }: Spec<O>): Promise<OpenOutside<O>> {
  const outside = ((await start?.()) ?? {}) as O
  return { outside, close: async () => void (await outside.close?.()) }
}

/** A connector's surroundings in one trial: an outside system, a configuration, a state, a clock and a log. */
export interface World<O> {
  readonly outside: O
  readonly state: State
  readonly clock: JumpingClock
  /** What the runtime hands to the connector. */
  readonly side: Side
  readonly secrecy: Secrecy
  /** An event as it is in every trial: without the outside's address. */
  plain(event: CloudEvent): CloudEvent
  /** Resolves when the connector next logs the port that it listens on. */
  listening(): Promise<Address>
  /** A connector's state as the runtime shows it; a reason counts as said. */
  status(): StatusCell
  /** The context of a connector that is driven by hand. */
  context(signal: AbortSignal): Context
  /** Switches a fault on. */
  fault(fault: Exclude<keyof Faults<O>, 'heal'>): Promise<void>
  heal(): Promise<void>
  close(): Promise<void>
}

export async function openWorld<O extends Outside>(
  connector: AnyConnector,
  spec: Spec<O>,
): Promise<World<O>> {
  const { outside, close } = await openOutside(spec)
  const { config, secrets } = configure(connector.config, { ...spec.config, ...outside.config })
  const store = openSqliteStore(':memory:')
  const clock = jumpingClock(spec.now ?? NOW)
  const secrecy = createSecrecy(secrets)
  const address = { port: 0 }
  let heard = Promise.withResolvers<void>()
  const { log, lines } = keptLog(({ port }) => {
    if (typeof port !== 'number') return
    address.port = port
    heard.resolve()
    heard = Promise.withResolvers()
  })
  const state = store.open(connector.name)
  const side: Side = {
    config,
    state,
    log,
    clock,
    meter: metrics.getMeter(connector.name),
    tracer: trace.getTracer(connector.name),
  }
  return {
    outside,
    state,
    clock,
    side,
    secrecy: {
      heard: secrecy.heard,
      prove() {
        for (const line of lines) secrecy.heard('the log', line)
        secrecy.prove()
      },
    },
    plain: withoutAddress(outside.config),
    listening: () => heard.promise.then(() => address),
    status: () => heardStatus(createStatus(connector.name, clock.now), secrecy),
    context: signal => ({
      ...side,
      signal,
      refuse: async (_, reason) => secrecy.heard('a refusal', reason),
    }),
    async fault(fault) {
      await spec.faults?.[fault]?.(outside)
    },
    async heal() {
      await spec.faults?.heal?.(outside)
    },
    async close() {
      await store.close()
      await close()
    },
  }
}

function heardStatus(cell: StatusCell, secrecy: Secrecy): StatusCell {
  return {
    get: (): Status => cell.get(),
    set(state, reason) {
      secrecy.heard('the status', reason ?? '')
      cell.set(state, reason)
    },
  }
}

/** Does something in a world of its own, which is closed after it. */
export async function inWorld<O extends Outside, T>(
  connector: AnyConnector,
  spec: Spec<O>,
  work: (world: World<O>) => Promise<T>,
): Promise<T> {
  const world = await openWorld(connector, spec)
  try {
    return await work(world)
  } finally {
    await world.close()
  }
}
