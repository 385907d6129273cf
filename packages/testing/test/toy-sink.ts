import { type CloudEvent, secret, type Sink, Type, type Writer } from '@billow/core'
import type { SinkSpec, Stored } from '@billow/testing'
import { createToy, TOKEN, type Toy, toyAt, toyFaults } from './toy-outside.ts'

const config = Type.Object({
  endpoint: Type.String({ format: 'http-url', description: 'The URL of the toy' }),
  token: secret({ description: 'The token of the toy' }),
})

/** Makes a writer for a toy, given one that keeps every rule. */
export type Change = (writer: Writer, toy: Toy, token: string) => Partial<Writer>

/** A sink that keeps every rule, but for what is changed. */
export function toySink(change: Change = () => ({})): Sink {
  const sink: Sink<typeof config> = {
    name: 'sink-toy',
    config,
    async check({ config, signal }) {
      await toyAt(config.endpoint).page(0, signal)
      return ['the toy answers']
    },
    async open({ config }) {
      const toy = toyAt(config.endpoint)
      const writer: Writer = {
        concurrency: 3,
        async write(events, signal) {
          const refused = await toy.store(events, signal)
          return { refused: refused.map(event => ({ event, reason: 'the toy wants data' })) }
        },
      }
      return { ...writer, ...change(writer, toy, config.token.reveal()) }
    },
  }
  return sink
}

const EMPTY: CloudEvent = { specversion: '1.0', id: 'empty', source: 'toy', type: 'toy.empty' }

export function toySinkSpec(sink: Sink = toySink()): SinkSpec<never, Toy> {
  return {
    sink: sink as never,
    config: { token: TOKEN },
    invalid: [{ key: 'endpoint', value: 'the toy' }],
    outside: () => createToy(),
    stored: toy => toy.shelf.map(text => JSON.parse(text) as Stored),
    refuses: [EMPTY],
    idempotent: true,
    faults: toyFaults,
  }
}
