import { type Context, Refused, type Refusal, type Sink } from '@billow/core'
import type { Mapping } from '@billow/focus'
import { arrivals } from './arrivals.ts'
import { check } from './check.ts'
import { openAnycost } from './client.ts'
import { commands } from './commands.ts'
import { type CloudzeroConfig, config, streamsOf } from './config.ts'
import { createFlush } from './send/flush.ts'
import { observe } from './metrics.ts'
import { createTaking } from './kept/taking.ts'

/** How many requests may share one commit. */
const CONCURRENCY = 64

/**
 * A sink that carries charges to CloudZero. An event is acknowledged when its charge is kept on the disk; changed days are
 * sent when they have been quiet for a while, whole as they are known, and read back. `mappings` say what charges the events
 * of a connector of your own are.
 */
export const createCloudzero = ({
  mappings = [],
}: {
  readonly mappings?: readonly Mapping[]
} = {}): Sink<typeof config> => ({
  name: 'sink-cloudzero',
  config,
  check,
  commands,
  claims: config => streamsOf(config).map(({ connection }) => `stream ${connection}`),

  async open(context: Context<CloudzeroConfig>) {
    const { config, state, clock, meter } = context
    const streams = streamsOf(config)
    const troubles = oneOfMany(reason => context.retrying?.(reason))
    const clients = streams.map(({ connection }) => openAnycost(context, connection))
    const flushes = new Map(
      streams.map((stream, index) => [
        stream.currency,
        createFlush(stream, clients[index] as (typeof clients)[number], {
          ...context,
          retrying: reason => troubles(stream.currency, reason),
        }),
      ]),
    )
    const taking = createTaking(state, clock, slots => {
      for (const [currency, changed] of Map.groupBy(slots, slot => slot.currency)) {
        flushes.get(currency)?.note(changed)
      }
    })
    const arrivalOf = arrivals(config, streams, mappings)
    const unobserve = observe(meter, flushes)
    return {
      concurrency: CONCURRENCY,
      async write(events) {
        const refused: Refusal[] = []
        const taken = events.flatMap(event => {
          try {
            return [arrivalOf(event)]
          } catch (error) {
            if (!(error instanceof Refused)) throw error
            refused.push({ event, reason: error.message })
            return []
          }
        })
        if (taken.length > 0) await taking(taken)
        return { refused }
      },
      async run(signal) {
        await Promise.all([...flushes.values()].map(flush => flush.run(signal)))
      },
      async close() {
        unobserve()
        await Promise.all(clients.map(client => client.close()))
      },
    }
  },
})

/** Carries charges of the events that Billow knows. */
export const cloudzero: Sink<typeof config> = createCloudzero()

/** The troubles of several streams as one: taken back when none is left. */
function oneOfMany(say: (reason?: unknown) => void): (stream: string, reason?: unknown) => void {
  const reasons = new Map<string, unknown>()
  return (stream, reason) => {
    if (reason === undefined) reasons.delete(stream)
    else reasons.set(stream, reason)
    say([...reasons.values()][0])
  }
}
