import { FINISH_MS } from '../runtime/stop.ts'

/** After it was told to abandon all: what has not ended then is left behind. */
const LEAVE_MS = 2000

/** The time in which a connector runs with one configuration. */
export interface Turn {
  /** Stop reading. */
  readonly stop: AbortSignal
  /** Abandon what is under way. */
  readonly abandon: AbortSignal
  /** What has not ended is left behind. */
  readonly over: AbortSignal
  /** Stops; what is under way may finish for some seconds. */
  end(): void
  /** Stops at once, since something in it broke; `crashed` gives the reason back. */
  crash(error: unknown): void
  readonly crashed: { readonly error: unknown } | undefined
}

/** A turn ends with the process at the latest. */
export function createTurn(process: { readonly stop: AbortSignal; readonly abandon: AbortSignal }): Turn {
  const stop = new AbortController()
  const abandon = new AbortController()
  const over = new AbortController()
  let crashed: { readonly error: unknown } | undefined
  const leave = (): void => {
    abandon.abort()
    setTimeout(() => over.abort(), LEAVE_MS).unref()
  }
  return {
    stop: AbortSignal.any([process.stop, stop.signal]),
    abandon: AbortSignal.any([process.abandon, abandon.signal]),
    over: over.signal,
    end() {
      if (stop.signal.aborted) return
      stop.abort()
      setTimeout(leave, FINISH_MS).unref()
    },
    crash(error) {
      if (crashed) return
      crashed = { error }
      stop.abort()
      leave()
    },
    get crashed() {
      return crashed
    },
  }
}
