import { aborted } from 'node:util'
import { pauseAfter } from '../connect/pause.ts'
import { ConfigError, describeError, Gone } from '../errors.ts'
import type { StatusCell } from '../status.ts'
import type { Link } from './link.ts'
import { type RunLinkOptions, runLink } from './run-link.ts'
import { createTurn, type Turn } from './turn.ts'

/** After so long a run a configuration has proved itself, and a failure is the first again. */
const PROVED_MS = 60_000

export interface KeepOptions extends Omit<RunLinkOptions, 'turn'> {
  readonly stop: AbortSignal
  readonly abandon: AbortSignal
  /** Whether an error ends the process, which it then leaves `ended` with. */
  readonly fatal: (error: unknown) => boolean
}

/** A connector that is kept going, whatever happens to it. */
export interface Kept {
  /** What runs, or does so as soon as what runs has ended: the last that was wanted and works. */
  readonly wanted: Link | undefined
  /** Ends the turn, when what is under way is done; then runs this, or nothing any more. */
  want(link: Link | undefined): void
  /** Something of it broke outside of every call: it starts anew. One that waits already goes on waiting. */
  crash(error: unknown): void
  /** Resolves when nothing of it runs any more; rejects with a fatal error. */
  readonly ended: Promise<void>
}

/**
 * Runs a link, and again with growing waits after an error that `connect` does not heal. A wrong configuration waits
 * for another one; where one before it has worked, that goes on. A target that is gone waits for a restart or another one.
 */
export function keepLink(first: Link, options: KeepOptions): Kept {
  const { host, stop, fatal } = options
  let wanted: Link | undefined = first
  let link = first
  let turn: Turn = createTurn(options)
  /** Ends a wait between two turns. */
  let waiting = new AbortController()
  let failures = 0
  /** What ran until another configuration was wanted, which has not proved itself yet. */
  let before: Link | undefined
  const { status } = options
  /** What is left behind after its turn has nothing to say any more. */
  const statusIn = (own: Turn): StatusCell => ({
    get: status.get,
    set(...said) {
      if (own === turn) status.set(...said)
    },
  })
  const logOf = () => host.log.child({ connector: link.name })

  async function live(): Promise<void> {
    while (wanted && !stop.aborted) {
      if (link !== wanted) {
        before = status.get().state === 'running' ? link : undefined
        failures = 0
        status.set('starting')
      }
      link = wanted
      turn = createTurn(options)
      const began = host.clock.now().getTime()
      const failed = await once()
      if (host.clock.now().getTime() - began >= PROVED_MS) {
        failures = 0
        before = undefined
      }
      if (stop.aborted || link !== wanted) continue
      if (!failed) break
      await recover(failed.error)
    }
    status.set('stopped')
  }

  async function once(): Promise<{ readonly error: unknown } | undefined> {
    try {
      await runLink(link, { ...options, status: statusIn(turn), turn })
      return turn.crashed
    } catch (error) {
      return turn.crashed ?? { error }
    }
  }

  /** Resolves when it is time to try again, or when something else is wanted. */
  async function recover(failure: unknown): Promise<void> {
    const reason = describeError(failure)
    if (failure instanceof ConfigError && before) {
      status.set('retrying', reason)
      logOf().error({ reason }, 'the new configuration does not work: going on with the one before')
      wanted = before
      return
    }
    if (fatal(failure)) throw failure
    waiting = new AbortController()
    const over = AbortSignal.any([stop, waiting.signal])
    if (failure instanceof ConfigError || failure instanceof Gone) {
      status.set('failed', reason)
      logOf().error({ reason }, failedAdvice(failure))
      await aborted(over, waiting)
      return
    }
    failures += 1
    const waitMs = pauseAfter(failure, failures, Math.random)
    status.set('retrying', reason)
    logOf().error({ reason, waitMs }, 'failed; will start again')
    await host.clock.sleep(waitMs, over).catch(() => undefined)
  }

  return {
    get wanted() {
      return wanted
    },
    want(next) {
      wanted = next
      turn.end()
      waiting.abort()
    },
    crash: error => turn.crash(error),
    ended: live(),
  }
}

function failedAdvice(error: unknown): string {
  return error instanceof Gone
    ? 'the target is gone for good: nothing is sent until a restart; correct `target`, or restart'
    : 'failed: nothing more is done until the configuration is corrected'
}
