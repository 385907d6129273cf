import type { Context, Sink, Source, Writer } from '../connector.ts'
import { AuthError, ConfigError, describeError, Gone, Retryable } from '../errors.ts'
import type { StatusCell } from '../status.ts'
import { backoff } from './backoff.ts'
import { deliver } from './deliver.ts'
import { readIndependent } from './independent.ts'
import { readOrdered } from './ordered.ts'
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
  /** From 0 to 1, for the jitter of waits. */
  readonly random?: () => number
}

/** What a source or a sink is handed; the signal is added here. */
export type Side = Omit<Context, 'signal'>

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 300_000
/** Up to here a pause is as long as the other side asks. */
const LONGEST_ASKED_MS = 600_000
/** Missing permissions are given by people: asking often only makes noise. */
const AUTH_PAUSE_MS = 30_000

/**
 * Carries events from a source to a sink until the source ends or `stop` aborts: reads a batch, writes it, sends
 * again what is unsent, then commits. A batch that cannot be delivered is released and read again later.
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
  const { log, clock } = sourceSide
  let failures = 0
  const onProgress = (): void => {
    failures = 0
    status.set('running')
  }
  while (!stop.aborted) {
    try {
      return await run(source, sourceSide, sink, sinkSide, options, onProgress)
    } catch (error) {
      if (stop.aborted) return
      if (!restart || error instanceof ConfigError || error instanceof Gone) throw error
      failures += 1
      const waitMs = pauseAfter(error, failures, random)
      const reason = describeError(error)
      status.set('retrying', reason)
      log.warn({ reason, waitMs }, 'will try again')
      await clock.sleep(waitMs, stop).catch(() => undefined)
    }
  }
}

function pauseAfter(error: unknown, attempt: number, random: () => number): number {
  const asked = error instanceof Retryable ? (error.retryAfterMs ?? 0) : 0
  const least = error instanceof AuthError ? AUTH_PAUSE_MS : Math.min(asked, LONGEST_ASKED_MS)
  return Math.max(least, backoff({ attempt, baseMs: FIRST_PAUSE_MS, capMs: LONGEST_PAUSE_MS, random }))
}

/** Opens the sink, reads the source once, and closes the sink when nothing is under way any more. */
async function run(
  source: Source,
  sourceSide: Side,
  sink: Sink,
  sinkSide: Side,
  options: ConnectOptions,
  onProgress: () => void,
): Promise<void> {
  const { attempts, stop, abandon, status, random = Math.random } = options
  const { log, clock } = sourceSide
  const ending = new AbortController()
  const reading = AbortSignal.any([stop, ending.signal])
  const endReading = (): void => ending.abort()

  const writer = await sink.open({ ...sinkSide, signal: abandon })
  const background = runBackground(writer, abandon, endReading)
  const window = createWindow(writer.concurrency ?? 1)
  const say = (message: string) => (reason: Error, waitMs?: number) => {
    status.set('retrying', describeError(reason))
    log.warn({ reason: describeError(reason), waitMs }, message)
  }
  const onRetry = say('not delivered; will try again')
  const retries = { writer, attempts, clock, random, stop: reading, abandon, onRetry }
  try {
    // A source that failed before is running only once something of it went through.
    if (status.get().state === 'starting') status.set('running')
    const read = source.order === 'ordered' ? readOrdered : readIndependent
    await read(source.read({ ...sourceSide, signal: reading }), {
      deliver: ({ events }) => deliver(events, retries),
      window,
      reading,
      endReading,
      onCommit: onProgress,
      onRelease: say('not delivered; the sender is told to come later'),
    })
    await background.end()
  } finally {
    endReading()
    await background.end().catch(() => undefined)
    await writer.close?.()
  }
}

/** A sink's background work; when it fails, the reading ends, and `end` throws the reason. */
function runBackground(
  writer: Writer,
  abandon: AbortSignal,
  onFailure: () => void,
): { end: () => Promise<void> } {
  const ending = new AbortController()
  const signal = AbortSignal.any([abandon, ending.signal])
  const work = Promise.resolve(writer.run?.(signal)).catch((error: unknown) => {
    if (signal.aborted) return
    onFailure()
    throw error
  })
  work.catch(() => undefined)
  return {
    end() {
      ending.abort()
      return work
    },
  }
}
