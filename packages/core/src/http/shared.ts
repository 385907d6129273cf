/** Work that is done once for all who ask meanwhile. */
export interface Shared<T> {
  /** The result of the work under way, or of new work. Rejects at once when `signal` aborts; the work goes on for the others. */
  get(signal: AbortSignal): Promise<T>
  /** Abandons what is under way. */
  end(): void
}

export function createShared<T>(work: (signal: AbortSignal) => Promise<T>): Shared<T> {
  const ending = new AbortController()
  let running: Promise<T> | undefined
  return {
    async get(signal) {
      signal.throwIfAborted()
      running ??= work(ending.signal).finally(() => {
        running = undefined
      })
      const aborted = Promise.withResolvers<never>()
      const giveUp = (): void => aborted.reject(signal.reason as Error)
      signal.addEventListener('abort', giveUp)
      try {
        return await Promise.race([running, aborted.promise])
      } finally {
        signal.removeEventListener('abort', giveUp)
      }
    },
    end: () => ending.abort(new Error('closed')),
  }
}
