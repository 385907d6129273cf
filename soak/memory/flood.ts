// The subject of the memory soak: a source without an end, on the real runtime, posting to the target of its
// configuration. Tells its parent how much it has read and how large its heap is.
import { launch } from '@billow/core/launch'
import { streamSource, Type } from '@billow/core'

const PAGE = 100
/** About 1 KB an event, as a row of a bill with its tags. */
const FILLING = 'x'.repeat(800)
const LEAK_BYTES = 64 * 1024

let read = 0
const kept: Buffer[] = []

const flood = streamSource({
  name: 'source-flood',
  config: Type.Object({ leak: Type.Boolean({ default: false, description: 'Keeps memory for each event' }) }),
  async *read(cursor = '0', { config, signal, clock }) {
    for (let at = Number(cursor); !signal.aborted; at += PAGE) {
      const time = clock.now().toISOString()
      const events = Array.from({ length: PAGE }, (_, index) => {
        return {
          specversion: '1.0',
          id: String(at + index),
          source: 'soak',
          type: 'soak.flood',
          time,
          data: { filling: FILLING },
        }
      })
      read += PAGE
      if (config.leak) kept.push(Buffer.alloc(LEAK_BYTES * PAGE, 1))
      yield { events, cursor: String(at + PAGE) }
    }
  },
})

setInterval(() => process.send?.({ read, heapBytes: process.memoryUsage().heapUsed }), 500).unref()

await launch(async () => flood)
