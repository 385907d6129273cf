const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `work` when `signal` aborts, until the function that it returns is called. A signal that lives as long as the
 * program gets one listener, however many requests wait for it: adding one to a signal costs more than a small event.
 */
export function onAbort(signal: AbortSignal, work: () => void): () => void {
  const all = waiting.get(signal) ?? listen(signal)
  all.add(work)
  return () => void all.delete(work)
}

function listen(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>()
  waiting.set(signal, all)
  signal.addEventListener('abort', () => {
    for (const work of all) work()
  })
  return all
}
