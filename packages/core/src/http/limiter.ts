/** At most so many pieces of work at once. */
export interface Limiter {
  /** Resolves to the function that gives the place back, in the order asked for; rejects at once when `signal` aborts. */
  enter(signal: AbortSignal): Promise<() => void>
}

export function createLimiter(limit: number): Limiter {
  let free = limit
  const waiting = new Set<() => void>()
  const leave = (): void => {
    const [next] = waiting
    if (next) next()
    else free += 1
  }
  return {
    async enter(signal) {
      signal.throwIfAborted()
      if (free > 0) {
        free -= 1
        return leave
      }
      return await new Promise((resolve, reject) => {
        const finish = (): void => {
          waiting.delete(take)
          signal.removeEventListener('abort', giveUp)
        }
        const take = (): void => {
          finish()
          resolve(leave)
        }
        const giveUp = (): void => {
          finish()
          reject(signal.reason as Error)
        }
        waiting.add(take)
        signal.addEventListener('abort', giveUp)
      })
    },
  }
}
