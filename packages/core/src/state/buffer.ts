import { refuseEmpty } from './empty.ts'
import type { StateReader, StateWriter } from './state.ts'

/** The writes of a transaction that waits for its end: each key's new value, or nothing where it is deleted. */
export interface BufferedWrites {
  readonly keys: StateWriter
  readonly writes: ReadonlyMap<string, string | undefined>
}

/** Keys over those of a reader, as they will be after writes that are kept in memory. */
export function bufferWrites(reader: StateReader): BufferedWrites {
  const writes = new Map<string, string | undefined>()
  const keys: StateWriter = {
    async get(key) {
      return writes.has(key) ? writes.get(key) : reader.get(key)
    },
    async set(key, value) {
      refuseEmpty(key, value)
      writes.set(key, value)
    },
    async delete(key) {
      writes.set(key, undefined)
    },
    async *scan(prefix, options = {}) {
      const { after } = options
      const waiting = [...writes]
        .filter(([key]) => key.startsWith(prefix) && (after === undefined || inOrder(after, key) < 0))
        .sort(([a], [b]) => inOrder(a, b))
      for await (const row of reader.scan(prefix, options)) {
        for (let next = waiting[0]; next && inOrder(next[0], row[0]) < 0; next = waiting[0]) {
          waiting.shift()
          if (next[1] !== undefined) yield [next[0], next[1]]
        }
        if (waiting[0]?.[0] !== row[0]) yield row
      }
      for (const [key, value] of waiting) if (value !== undefined) yield [key, value]
    },
  }
  return { keys, writes }
}

/** The order of code points, which is that of the bytes in UTF-8. */
const inOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
