import { randomUUID } from 'node:crypto'
import { AuthError, BillowError, Retryable, Throttled } from '@billow/core'
import type { SourceSpec } from '@billow/testing'
import { type Broken, leaveTimers } from './broken.ts'
import { brokenConfigs } from './broken-configs.ts'
import { createToy, type Toy, toyAt } from './toy-outside.ts'
import { type Place, save, toySource, toySpec, ways } from './toy-source.ts'

const never = new Promise<never>(() => undefined)
const CRASHES = ['crash: between', 'crash: around', 'crash: while']

export const brokenSources: readonly Broken<SourceSpec<never, Toy>>[] = [
  ...brokenConfigs,
  {
    what: 'has a time that is none',
    spec: () => toySpec(toySource({ event: (...of) => ({ ...ways.event(...of), time: 'yesterday' }) })),
    fails: ['events: are CloudEvents'],
  },
  {
    what: 'gives two items the same id',
    spec: () =>
      toySpec(toySource({ event: (item, of) => ({ ...ways.event(item, of), id: item.replace(/3$/, '2') }) })),
    fails: [
      'events: no two',
      'events: read anew',
      'commits: what is released',
      'commits: reading',
      'crash',
      'faults',
      'errors: after',
      'check: takes',
    ],
  },
  {
    what: 'leaves out an item of each page',
    spec: () =>
      toySpec(toySource({ ask: async (toy, page, { signal }) => (await toy.page(page, signal))?.slice(1) })),
    fails: ['events: are as many'],
  },
  {
    what: 'makes a new id each time',
    spec: () => toySpec(toySource({ event: (...of) => ({ ...ways.event(...of), id: randomUUID() }) })),
    fails: [
      'events: read anew',
      'check: takes',
      'commits: what is released',
      'commits: reading',
      'crash',
      'faults',
      'errors: after',
    ],
  },
  {
    what: 'counts what is released as done',
    spec: () =>
      toySpec(
        toySource({
          batch: (batch, context) => ({
            ...(ways.batch(batch, context) as object),
            events: batch.events,
            release: () => save(batch.behind, context),
          }),
        }),
      ),
    fails: ['commits: what is released', 'faults: with retryable'],
  },
  {
    what: 'asks the state where to read on, though commits come later',
    spec: () =>
      toySpec(
        toySource(
          {},
          {
            async *read(context) {
              const { endpoint } = context.config as { endpoint: string }
              for (;;) {
                const page = Number((await context.state.get('page')) ?? 0)
                const items = await toyAt(endpoint).page(page, context.signal)
                if (items)
                  yield {
                    events: items.map(item => ways.event(item, context as never)),
                    commit: () => context.state.set('page', String(page + 1)),
                  }
                else await context.clock.sleep(60_000, context.signal)
              }
            },
          },
        ),
      ),
    fails: ['events: no two', 'events: are as many', 'commits: reading'],
  },
  {
    what: 'saves no place',
    spec: () => toySpec(toySource({ batch: ({ events }) => ({ events, commit: async () => undefined }) })),
    fails: ['commits: what was committed'],
  },
  {
    what: 'yields all there is as one batch',
    spec: () =>
      toySpec(toySource({ size: 2000 }), {
        outside: () => createToy({ pages: 1, items: 1001 }),
        produces: 1001,
      }),
    fails: ['commits: a batch'],
  },
  {
    what: 'saves the place before it yields',
    spec: () =>
      toySpec(
        toySource({
          async batch({ events, behind }, context) {
            await save(behind, context)
            return { events, commit: async () => undefined }
          },
        }),
      ),
    fails: ['commits: what is released', ...CRASHES, 'faults: with retryable'],
    mayFail: ['crash: again'],
  },
  {
    what: 'saves the place of what was read last, not of what was delivered',
    spec: () => {
      let newest: Place = { page: 0, offset: 0 }
      return toySpec(
        toySource({
          batch({ events, behind }, context) {
            newest = behind
            return { events, commit: () => save(newest, context) }
          },
        }),
      )
    },
    fails: CRASHES,
    mayFail: ['crash: again'],
  },
  {
    what: 'writes the two halves of its place one after the other',
    spec: () =>
      toySpec(
        toySource({
          batch: ({ events, behind: { page, offset } }, { state }) => ({
            events,
            async commit() {
              await state.set('page', String(page))
              await state.set('offset', String(offset))
            },
          }),
        }),
      ),
    fails: ['crash: while'],
    mayFail: ['crash: between', 'crash: around', 'crash: again'],
  },
  {
    what: 'gives up items that it began with twice',
    spec: () =>
      toySpec(
        toySource({
          async start(context) {
            const { page, offset } = await ways.start(context)
            const starts = Number((await context.state.get('starts')) ?? 0)
            await context.state.set('starts', String(starts + 1))
            return starts < 2 ? { page, offset } : { page: page + 1, offset: 0 }
          },
          batch: ({ events, behind }, context) => ({
            events,
            async commit() {
              await save(behind, context)
              await context.state.set('starts', '0')
            },
          }),
        }),
      ),
    fails: ['crash: again', 'commits: what is released'],
  },
  {
    what: 'does not expect refusals',
    spec: () =>
      toySpec(
        toySource({
          batch: ({ events, behind }, context) => ({
            events,
            async commit(refused) {
              if (refused.length > 0) throw new BillowError('cannot happen')
              await save(behind, context)
            },
          }),
        }),
      ),
    fails: ['faults: with refusals', 'faults: with both'],
  },
  {
    what: 'tries again where access is refused, and throws what the client throws',
    spec: () =>
      toySpec(
        toySource({
          async ask(toy, page, { signal }) {
            try {
              return await toy.page(page, signal)
            } catch (error) {
              if (error instanceof AuthError) throw new Retryable('401')
              if (error instanceof Throttled) throw new Retryable('429')
              throw new Error('500', { cause: error })
            }
          },
        }),
      ),
    fails: ['errors: refused', 'errors: a failure', 'errors: being'],
  },
  {
    what: 'goes over a page that cannot be read',
    spec: () =>
      toySpec(
        toySource({
          async ask(toy, page, context) {
            try {
              return await toy.page(page, context.signal)
            } catch {
              context.signal.throwIfAborted()
              if (page > 9) return undefined
              await save({ page: page + 1, offset: 0 }, context)
              return []
            }
          },
        }),
      ),
    fails: ['errors: refused', 'errors: a failure', 'errors: being', 'errors: after'],
  },
  {
    what: 'does not end between two batches',
    spec: () => {
      const source = toySource()
      return toySpec({
        ...source,
        async *read(context) {
          let waits = false
          const clock = {
            ...context.clock,
            sleep: (ms: number, signal?: AbortSignal) => {
              waits = true
              return context.clock.sleep(ms, signal)
            },
          }
          try {
            yield* source.read({ ...context, clock })
          } finally {
            if (!waits && context.signal.aborted) await never
          }
        },
      })
    },
    fails: [
      'abort: ends within a second while it reads',
      'abort: ends within a second while the outside',
      'commits: what is released',
      'crash',
      'faults: with retryable',
      'handles',
    ],
  },
  {
    what: 'waits without its signal',
    spec: () => toySpec(toySource({ wait: ({ clock }) => clock.sleep(60_000) })),
    fails: ['abort: ends within a second while it waits'],
    mayFail: ['faults: with retryable', 'commits: what is released'],
  },
  {
    what: 'asks without its signal',
    spec: () => toySpec(toySource({ ask: (toy, page) => toy.page(page) })),
    fails: ['abort: ends within a second while the outside', 'handles'],
  },
  {
    what: 'leaves a timer',
    spec: () =>
      toySpec(
        toySource({
          start(context) {
            leaveTimers()
            return ways.start(context)
          },
        }),
      ),
    fails: ['handles'],
  },
  {
    what: 'reads all pages before it yields the second',
    spec: () => {
      const pages = new Map<string, Promise<readonly (readonly string[] | undefined)[]>>()
      return toySpec(
        toySource({
          async ask(toy, page, { signal }) {
            if (page === 0) {
              const ahead = async () => {
                const all = []
                for (let next = 1; next < 8; next += 1) all.push(await toy.page(next, signal))
                return all
              }
              pages.set(
                toy.config.endpoint,
                ahead().catch(() => []),
              )
              return toy.page(0, signal)
            }
            return (await pages.get(toy.config.endpoint))?.[page - 1]
          },
        }),
      )
    },
    fails: ['memory'],
  },
  {
    what: 'logs its token, in base64',
    spec: () =>
      toySpec(
        toySource({
          start(context) {
            context.log.debug({
              authorization: `Basic ${Buffer.from(`user:${context.config.token.reveal()}`).toString('base64')}`,
            })
            return ways.start(context)
          },
        }),
      ),
    fails: ['secrets'],
  },
]
