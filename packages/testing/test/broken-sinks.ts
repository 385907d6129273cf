import { AuthError, type CloudEvent, Retryable, Throttled, type Writer } from '@billow/core'
import type { SinkSpec } from '@billow/testing'
import { type Broken, leaveTimers } from './broken.ts'
import type { Toy } from './toy-outside.ts'
import { type Change, toySink, toySinkSpec } from './toy-sink.ts'

const changed = (change: Change) => () => toySinkSpec(toySink(change))
const kept: CloudEvent[] = []

/** A writer that writes with a signal of its own making, or other events. */
const writing =
  (write: (good: Writer, ...of: Parameters<Writer['write']>) => ReturnType<Writer['write']>): Change =>
  good => ({ write: (events, signal) => write(good, events, signal) })

export const brokenSinks: readonly Broken<SinkSpec<never, Toy>>[] = [
  {
    what: 'acknowledges before it has written',
    spec: changed(
      writing(async (good, events, signal) => {
        void Promise.resolve(good.write(events, signal)).catch(() => undefined)
        return undefined
      }),
    ),
    fails: [
      'writes: what is acknowledged',
      'writes: as many',
      'writes: what is refused',
      'writes: an event is',
      'writes: an event that',
      'crash',
      'faults',
      'errors',
      'abort: a write',
    ],
  },
  {
    what: 'stores other figures',
    spec: changed(
      writing((good, events, signal) =>
        good.write(
          events.map(event => (event.data === undefined ? event : { ...event, data: 0 })),
          signal,
        ),
      ),
    ),
    fails: ['writes', 'crash', 'faults'],
  },
  {
    what: 'has one buffer for all writes, and says that it takes three',
    spec: changed(good => {
      let buffer: readonly CloudEvent[] = []
      return {
        async write(events, signal) {
          buffer = events
          await Promise.resolve()
          return good.write(buffer, signal)
        },
      }
    }),
    fails: ['writes: as many'],
  },
  {
    what: 'drops what it does not like',
    spec: changed(
      writing((good, events, signal) =>
        good.write(
          events.filter(({ data }) => data !== undefined),
          signal,
        ),
      ),
    ),
    fails: ['writes: what is refused', 'writes: an event is', 'faults: with refusals', 'faults: with both'],
  },
  {
    what: 'takes a failure for a success',
    spec: changed(
      writing(async (good, events, signal) => {
        try {
          return await good.write(events, signal)
        } catch {
          return undefined
        }
      }),
    ),
    fails: ['writes: an event is', 'faults: with outages', 'faults: with both', 'errors', 'abort: a write'],
  },
  {
    what: 'stores an event as often as it comes',
    spec: changed((_, toy) => ({
      async write(events, signal) {
        const refused = await toy
          .store([], signal)
          .then(() => events.filter(({ data }) => data === undefined))
        toy.shelf.push(
          ...events.filter(event => !refused.includes(event)).map(event => JSON.stringify(event)),
        )
        return { refused: refused.map(event => ({ event, reason: 'no data' })) }
      },
    })),
    fails: ['writes: an event that comes twice'],
  },
  {
    what: 'begins with an empty shelf',
    spec: changed((_, toy) => {
      toy.shelf.length = 0
      return {}
    }),
    fails: ['crash'],
  },
  {
    what: 'loses what comes after fifty events',
    spec: changed(good => {
      let taken = 0
      return {
        async write(events, signal) {
          taken += events.length
          return taken <= 50 ? good.write(events, signal) : undefined
        },
      }
    }),
    fails: ['faults', 'writes: an event is'],
  },
  {
    what: 'mixes up its errors',
    spec: changed(
      writing(async (good, events, signal) => {
        try {
          return await good.write(events, signal)
        } catch (error) {
          if (error instanceof AuthError) throw new Retryable('401')
          if (error instanceof Throttled) throw new AuthError('429')
          throw new Error('500', { cause: error })
        }
      }),
    ),
    fails: ['errors', 'writes: an event is'],
  },
  {
    what: 'says its token in an error',
    spec: changed((good, _, token) => ({
      async write(events, signal) {
        try {
          return await good.write(events, signal)
        } catch (error) {
          const said = `it was asked with token=${encodeURIComponent(token)}`
          throw error instanceof AuthError ? new AuthError(said) : error
        }
      },
    })),
    fails: ['secrets'],
  },
  {
    what: 'writes without its signal',
    spec: changed(writing((good, events) => good.write(events, new AbortController().signal))),
    fails: ['abort: a write'],
  },
  {
    what: 'has background work without an end',
    spec: changed(() => ({ run: () => new Promise(() => undefined) })),
    fails: ['abort: the background', 'handles', 'faults'],
  },
  {
    what: 'leaves a timer',
    spec: changed(() => {
      leaveTimers()
      return {}
    }),
    fails: ['handles'],
  },
  {
    what: 'keeps all that it wrote',
    spec: changed(
      writing((good, events, signal) => {
        kept.push(...events)
        return good.write(events, signal)
      }),
    ),
    fails: ['memory'],
  },
]
