import { FINISH_MS } from '../runtime/stop.ts'

/** The time in which a connector runs with one configuration. */
export interface Turn {
  /** Stop reading. */
  readonly stop: AbortSignal
  /** Abandon what is under way. */
  readonly abandon: AbortSignal
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
  let crashed: { readonly error: unknown } | undefined
  return {
    stop: AbortSignal.any([process.stop, stop.signal]),
    abandon: AbortSignal.any([process.abandon, abandon.signal]),
    end() {
      if (stop.signal.aborted) return
      stop.abort()
      setTimeout(() => abandon.abort(), FINISH_MS).unref()
    },
    crash(error) {
      crashed ??= { error }
      stop.abort()
      abandon.abort()
    },
    get crashed() {
      return crashed
    },
  }
}
