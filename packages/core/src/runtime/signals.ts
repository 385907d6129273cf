type Handler = (signal: NodeJS.Signals) => void

/** Where there is nothing to finish: a stop is what was asked for, an interrupt is the user's. */
const leave: Handler = signal => process.exit(signal === 'SIGTERM' ? 0 : 130)

let current = leave
let listening = false
let heard = false

/** Whether the process was told to end. */
export const signalled = (): boolean => heard

/**
 * Gives SIGTERM and SIGINT to `handler` until the returned function is called. The process's own listeners stay in
 * place from the first call on: a signal that waits while they are exchanged would be lost.
 */
export function onSignals(handler: Handler = leave): () => void {
  current = handler
  if (!listening) {
    listening = true
    const hear: Handler = signal => {
      heard = true
      current(signal)
    }
    process.on('SIGTERM', hear)
    process.on('SIGINT', hear)
  }
  return () => {
    current = leave
  }
}

/** Gives SIGHUP to `handler` until the returned function is called. */
export function onHangup(handler: () => void): () => void {
  process.on('SIGHUP', handler)
  return () => process.off('SIGHUP', handler)
}
