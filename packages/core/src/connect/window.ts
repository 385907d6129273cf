/** Bounds how much is under way at once. */
export interface Window {
  run<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when another piece of work may start. */
  free(): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export function createWindow(size: number): Window {
  const under = new Set<Promise<unknown>>()
  let wake = (): void => undefined
  return {
    run(work) {
      const running = work()
      const leave = (): void => {
        under.delete(settled)
        wake()
      }
      const settled: Promise<unknown> = running.then(leave, leave)
      under.add(settled)
      return running
    },
    async free() {
      // No race: each would leave something behind on work that takes long.
      while (under.size >= size) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
    async idle() {
      await Promise.all(under)
    },
  }
}
