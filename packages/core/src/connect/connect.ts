import type { Batch, CloudEvent, Refusal, Sink, Source } from '../connector.ts'
import { type DeadLetterTarget, openElsewhere } from '../dead-letters/elsewhere.ts'
import { createKeeper } from '../dead-letters/keeper.ts'
import { ConfigError, describeError, Gone } from '../errors.ts'
import type { StatusCell } from '../status.ts'
import { type Attempts, createAttempts } from '../telemetry/attempts.ts'
import { observeDeadLetters } from '../telemetry/dead-letters.ts'
import { createFlow } from '../telemetry/flow.ts'
import { endObservers } from '../telemetry/lasting.ts'
import { traceBatches } from '../telemetry/trace.ts'
import { runBackground } from './background.ts'
import { createCondition } from './condition.ts'
import { contextOf } from './context.ts'
import { deliver } from './deliver.ts'
import { NothingTaken } from './holding.ts'
import { readIndependent } from './independent.ts'
import { readOrdered } from './ordered.ts'
import { pauseAfter } from './pause.ts'
import type { Side } from './side.ts'
import { createWindow } from './window.ts'

/** How hard to try, and when to stop. */
export interface ConnectOptions {
  /** Attempts without progress before a batch is given back; 0 for ever. */
  readonly attempts: number
  readonly status: StatusCell
  /** Stop reading; what is under way may finish. */
  readonly stop: AbortSignal
  /** Abandon what is under way. */
  readonly abandon: AbortSignal
  /** Whether a reading that failed starts again, with growing waits; else its error is thrown. */
  readonly restart: boolean
  /** Where refused events are posted before they count as kept; without it they are kept in the state only. */
  readonly deadLetterTarget?: DeadLetterTarget | undefined
  /** Told of each failure that will be tried again. */
  readonly onFailure?: (error: unknown) => void
  /** From 0 to 1, for the jitter of waits. */
  readonly random?: () => number
}

/**
 * Carries events from a source to a sink until the source ends or `stop` aborts: reads a batch, writes it, sends
 * again what is unsent, then commits. A batch that cannot be delivered is released and read again later. Events of
 * an ordered source that are refused for good are kept as dead letters in its state; while the sink has taken none at
 * all, they are only held: after 20, or when all was read, the status is `failed`, and it is tried again from there.
 * @throws ConfigError, or Gone when the target wants nothing more; with `restart: false` the reason of any failure.
 */
export async function connect(
  source: Source,
  sourceSide: Side,
  sink: Sink,
  sinkSide: Side,
  options: ConnectOptions,
): Promise<void> {
  const { stop, status, restart, random = Math.random } = options
  const { log, clock, meter } = sourceSide
  const telemetry = { track: createFlow(meter, source.order), attempts: createAttempts(meter) }
  observeDeadLetters(meter, sourceSide.state)
  let failures = 0
  const onProgress = (): void => {
    failures = 0
  }
  try {
    while (!stop.aborted) {
      try {
        return await run(source, sourceSide, sink, sinkSide, { ...options, telemetry }, onProgress)
      } catch (error) {
        if (stop.aborted) return
        if (!restart || error instanceof ConfigError || error instanceof Gone) throw error
        failures += 1
        options.onFailure?.(error)
        telemetry.attempts.restarted(error)
        const waitMs = pauseAfter(error, failures, random)
        const reason = describeError(error)
        if (error instanceof NothingTaken) {
          status.set('failed', reason)
          log.error({ reason, waitMs }, 'failed: every event was refused; will try again')
        } else {
          status.set('retrying', reason)
          log.warn({ reason, waitMs }, 'will try again')
        }
        await clock.sleep(waitMs, stop).catch(() => undefined)
      }
    }
  } finally {
    endObservers(meter)
  }
}

interface Telemetry {
  readonly track: (batch: Batch) => Batch
  readonly attempts: Attempts
}

/** Opens the sink, reads the source once, and closes the sink when nothing is under way any more. */
async function run(
  source: Source,
  sourceSide: Side,
  sink: Sink,
  sinkSide: Side,
  options: ConnectOptions & { readonly telemetry: Telemetry },
  onProgress: () => void,
): Promise<void> {
  const { stop, abandon, status, deadLetterTarget, random = Math.random } = options
  const { track, attempts } = options.telemetry
  const traces = traceBatches(sourceSide.tracer, source.order)
  const { log, clock } = sourceSide
  const ending = new AbortController()
  const reading = AbortSignal.any([stop, ending.signal])
  const endReading = (): void => ending.abort()

  const condition = createCondition(status, source.order === 'independent')
  const say = (message: string) => (reason: Error, waitMs?: number) => {
    condition.retrying(reason)
    log.warn({ reason: describeError(reason), waitMs }, message)
  }
  const sayReleased = say('not delivered; the sender is told to come later')
  const retries = { attempts: options.attempts, clock, random, stop: reading, abandon }
  const elsewhere =
    deadLetterTarget &&
    openElsewhere(deadLetterTarget, { ...retries, onRetry: say('dead letters not posted; will try again') })
  const keeper = createKeeper({ ...sourceSide, elsewhere })
  const sinkKeeper = createKeeper({ ...sinkSide, elsewhere })

  const writer = await sink.open({
    ...contextOf(sinkSide, abandon, sinkKeeper),
    retrying: condition.sinkRetrying,
  })
  const background = runBackground(writer, abandon, endReading)
  const { concurrency = 1, batchSize = 1 } = writer
  const window = createWindow({ batches: concurrency, events: concurrency * batchSize })
  const sayRetry = say('not delivered; will try again')
  const onRetry = (reason: Error, waitMs: number): void => {
    attempts.retried(reason)
    sayRetry(reason, waitMs)
  }
  const counted = attempts.of(writer)
  const shared = {
    deliver: (events: readonly CloudEvent[]) =>
      traces.within(events, () => deliver(events, { ...retries, writer: counted, onRetry })),
    window,
    track: (batch: Batch) => traces.begin(track(batch)),
    reading,
    endReading,
    onCommit: ({ events }: Batch) => {
      // That there was nothing to deliver does not show that a sink which refused all now takes something.
      if (events.length === 0 && status.get().state === 'failed') return
      onProgress()
      condition.well()
    },
    onRelease: (reason: Error) => {
      options.onFailure?.(reason)
      sayReleased(reason)
    },
  }
  try {
    // An ordered source that failed before is running only once something of it went through. Another one may wait
    // for senders that come only to what is ready.
    if (status.get().state === 'starting' || source.order === 'independent') condition.well()
    const batches = source.read({
      ...contextOf(sourceSide, reading, keeper),
      retrying: condition.sourceRetrying,
    })
    if (source.order === 'ordered') {
      await readOrdered(batches, { ...shared, keeper, onHold: sayHeld(status, log) })
    } else {
      await readIndependent(batches, shared)
    }
    await background.end()
  } finally {
    endReading()
    await background.end().catch(() => undefined)
    await writer.close?.()
    await elsewhere?.close()
  }
}

/** Refusals of a sink that has taken nothing yet: the connector does not run as it should, and says why. */
function sayHeld(status: StatusCell, log: Side['log']): (refused: readonly Refusal[]) => void {
  return refused => {
    const reason = `${refused.length} refused, none taken yet: ${refused.at(-1)?.reason}`
    if (status.get().state !== 'failed') status.set('retrying', reason)
    log.warn({ reason }, 'refused; held until the sink takes an event')
  }
}
