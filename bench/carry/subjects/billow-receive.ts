import { type Sink, Type } from '@billow/core'
import { port, tally } from '../subject.ts'
import { runBillow } from './billow.ts'

const counter: Sink = {
  name: 'sink-counter',
  config: Type.Object({}),
  open: async () => ({
    concurrency: 8,
    async write(events) {
      for (const event of events) tally.take(event)
      return undefined
    },
  }),
}

await runBillow(counter, { port, host: '127.0.0.1' })
