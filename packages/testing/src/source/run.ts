import { setTimeout } from 'node:timers/promises'
import { type CloudEvent, connect, type Source, type TSchema } from '@billow/core'
import { nameOf } from '../must.ts'
import { within } from '../patience.ts'
import type { Outside } from '../spec.ts'
import type { World } from '../world.ts'
import { type CrashAt, createLife, type Place } from './life.ts'
import { pushAll } from './push.ts'
import { createRest } from './rest.ts'
import { type Answer, sinkOf } from './sink.ts'
import type { SourceSpec } from './spec.ts'
import { crashingState } from './state.ts'
import { watchBatches } from './watch.ts'

export interface RunOptions {
  /** Takes all if left out. */
  readonly answer?: Answer
  /** Writes at once; 1 if left out. */
  readonly concurrency?: number
  /** Attempts without progress before a batch is released; 3 if left out. */
  readonly attempts?: number
  /** Whether a reading that failed starts again; yes if left out. */
  readonly restart?: boolean
  /** Where the process crashes. */
  readonly crashAt?: CrashAt
  /** Pauses in a row in which no event became safe, until it is given up; 50 if left out. */
  readonly mostPauses?: number
  /** Where it is told to stop; when all there is was read, if left out. */
  readonly stopAt?: 'a batch' | 'a wait' | 'a request'
}

export interface Run {
  /** What the sink made safe, in order and without the outside's address; what came twice is there twice. */
  readonly accepted: readonly CloudEvent[]
  /** What was committed as refused. */
  readonly refused: readonly CloudEvent[]
  /** The events of each batch that was read. */
  readonly batches: readonly (readonly CloudEvent[])[]
  /** Where a crash could strike, in order. */
  readonly places: readonly Place[]
  /** Why the reading ended; nothing where it was told to. */
  readonly error: Error | undefined
}

const REST_MS = 6000
const END_MS = 1000
/** Time for a request to reach the outside. */
const UNDER_WAY_MS = 50

const RESTLESS =
  'the source neither yields, nor ends, nor waits by its clock: wait with context.clock, or say how many events it `produces`'
const ENDLESS =
  'the source did not end within a second of an abort: give its signal to every request and every wait'

/** Connects the source of a world to a sink, until all there is was read or as the options say. */
export async function run<S extends TSchema, O extends Outside>(
  spec: SourceSpec<S, O>,
  world: World<O>,
  options: RunOptions = {},
): Promise<Run> {
  const {
    answer = () => undefined,
    concurrency = 1,
    attempts = 3,
    restart = true,
    stopAt,
    mostPauses = 50,
  } = options
  const stop = new AbortController()
  const abandon = new AbortController()
  const life = createLife(options.crashAt, () => {
    stop.abort()
    abandon.abort()
  })
  const accepted: CloudEvent[] = []
  const safe = new Set<string>()
  const watched = watchBatches(spec.source, life, {
    onBatch(events) {
      rest.onBatch(events)
      if (stopAt === 'a batch' && events.length > 0) stop.abort()
    },
    onCommit: () => rest.onCommit(new Set([...safe, ...watched.refused.map(world.plain).map(nameOf)]).size),
  })
  const { clock } = world
  const { settled } = watched
  const stopAtWait = stopAt === 'a wait'
  const rest = createRest({ clock, stop, settled, stopAtWait, produces: spec.produces, mostPauses })
  const sink = sinkOf({
    answer,
    concurrency,
    life,
    onSafe: events => {
      const before = safe.size
      for (const event of events.map(world.plain)) {
        accepted.push(event)
        safe.add(nameOf(event))
      }
      if (safe.size > before) rest.onProgress()
    },
  })
  const state = crashingState(world.state, life)
  const source: Source = {
    ...watched.source,
    read: context => watched.source.read({ ...context, clock: rest.sourceClock, state }),
  }
  const side = { ...world.side, clock: rest.runtimeClock }
  const status = world.status()

  const senders = pushAll(spec, world, { settled, stop })
  let error: Error | undefined
  const ended = connect(source, side, sink, side, {
    attempts,
    restart,
    status,
    stop: stop.signal,
    abandon: abandon.signal,
    random: () => 0.5,
  }).catch((thrown: Error) => {
    error = thrown
    world.secrecy.heard('an error of read', thrown)
  })
  const told = new Promise<void>(resolve => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  if (stopAt === 'a request') void setTimeout(UNDER_WAY_MS).then(() => stop.abort())
  try {
    await within(REST_MS, Promise.race([ended, told, senders]), RESTLESS)
    await within(END_MS, ended, ENDLESS)
  } finally {
    stop.abort()
    abandon.abort()
  }
  if (rest.stuck) error ??= new Error(`nothing becomes safe any more: ${status.get().reason}`)
  const { batches } = watched
  const refused = watched.refused.map(world.plain)
  return { accepted, refused, batches, places: life.places, error }
}
