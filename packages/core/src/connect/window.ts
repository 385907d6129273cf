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
  return {
    run(work) {
      const running = work()
      const settled: Promise<unknown> = running.then(
        () => under.delete(settled),
        () => under.delete(settled),
      )
      under.add(settled)
      return running
    },
    async free() {
      while (under.size >= size) await Promise.race(under)
    },
    async idle() {
      await Promise.all(under)
    },
  }
}
