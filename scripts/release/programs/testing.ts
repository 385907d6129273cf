import assert from 'node:assert/strict'
import { type CloudEvent, type Sink, Type } from '@billow/core'
import { type Case, sinkCases } from '@billow/testing'

const lines: string[] = []
const sink: Sink = {
  name: 'sink-tried',
  config: Type.Object({}),
  open: async () => ({
    async write(events) {
      lines.push(...events.map(event => JSON.stringify(event)))
    },
  }),
}

const cases: readonly Case[] = sinkCases({
  sink,
  outside: async () => ({ config: {}, close: async () => undefined }),
  stored: () => lines.map(line => JSON.parse(line) as CloudEvent),
})
let tried = 0
for (const { skip, run } of cases) {
  lines.length = 0
  if (skip !== undefined) continue
  await run()
  tried += 1
}
assert.ok(tried > 3, `only ${tried} cases could be tried`)
