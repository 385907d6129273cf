import type { Logger } from 'pino'
import { onSignals } from './signals.ts'

/** How long what is under way may take to finish, and when the process ends whatever hangs: a second before 8 s. */
export const FINISH_MS = 5000
const END_MS = 7000

export interface Stopping {
  /** Stop reading. */
  readonly stop: AbortSignal
  /** Abandon what is under way. */
  readonly abandon: AbortSignal
  /** Takes the handlers away. */
  end(): void
}

/**
 * Turns SIGTERM and SIGINT into an orderly stop: reading stops at once, what is under way may finish for some
 * seconds, then it is abandoned, and the process ends with `code` whatever hangs. A second signal ends it at once.
 */
export function stopOnSignals(log: Logger, code = 0): Stopping {
  const stop = new AbortController()
  const abandon = new AbortController()
  const timers: NodeJS.Timeout[] = []
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      log.warn({ signal }, 'second signal: ending at once')
      process.exit(code)
    }
    log.info({ signal }, 'stopping')
    stop.abort()
    timers.push(
      setTimeout(() => abandon.abort(), FINISH_MS),
      setTimeout(() => {
        log.warn('something hangs: ending without it; what was not acknowledged will be sent again')
        process.exit(code)
      }, END_MS).unref(),
    )
  }
  const leave = onSignals(onSignal)
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    end() {
      for (const timer of timers) clearTimeout(timer)
      leave()
    },
  }
}
