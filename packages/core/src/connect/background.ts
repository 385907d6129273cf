import type { Writer } from '../connector.ts'

/** A sink's background work; when it fails, the reading ends, and `end` throws the reason. */
export function runBackground(
  writer: Writer,
  abandon: AbortSignal,
  onFailure: () => void,
): { end: () => Promise<void> } {
  const ending = new AbortController()
  const signal = AbortSignal.any([abandon, ending.signal])
  const work = Promise.resolve(writer.run?.(signal)).catch((error: unknown) => {
    if (signal.aborted) return
    onFailure()
    throw error
  })
  work.catch(() => undefined)
  return {
    end() {
      ending.abort()
      return work
    },
  }
}
