import { type Batch, type CloudEvent, type Context, secret, type Source, Type } from '@billow/core'
import type { SourceSpec } from '@billow/testing'
import { createToy, SIZE, TOKEN, type Toy, toyAt, toyFaults } from './toy-outside.ts'

export const config = Type.Object({
  endpoint: Type.String({ format: 'http-url', description: 'The URL of the toy' }),
  token: secret({ description: 'The token of the toy' }),
  pause: Type.Integer({ default: 60_000, minimum: 1, description: 'Milliseconds between two looks' }),
})
export type ToyContext = Context<{ endpoint: string; token: { reveal(): string }; pause: number }>

/** A place in the toy: the next item to be read. */
export interface Place {
  readonly page: number
  readonly offset: number
}

/** What a broken source does in another way. */
export interface Ways {
  start(context: ToyContext): Promise<Place>
  ask(toy: Toy, page: number, context: ToyContext): Promise<readonly string[] | undefined>
  event(item: string, context: ToyContext): CloudEvent
  batch(batch: Batch & { readonly behind: Place }, context: ToyContext): Batch | Promise<Batch>
  wait(context: ToyContext): Promise<void>
  readonly size: number
}

export const ways: Ways = {
  async start({ state }) {
    return { page: Number((await state.get('page')) ?? 0), offset: Number((await state.get('offset')) ?? 0) }
  },
  ask: (toy, page, { signal }) => toy.page(page, signal),
  event: item => ({ specversion: '1.0', id: item, source: 'toy', type: 'toy.item', data: { item } }),
  batch: ({ events, behind }, context) => ({ events, commit: () => save(behind, context) }),
  wait: ({ clock, config, signal }) => clock.sleep(config.pause, signal),
  size: 2,
}

/** Both keys or none: an offset of another page would skip items. */
export function save({ page, offset }: Place, { state }: ToyContext): Promise<void> {
  return state.transaction(async keys => {
    await keys.set('page', String(page))
    await keys.set('offset', String(offset))
  })
}

/** A source that keeps every rule, but where it goes another way. */
export function toySource(other: Partial<Ways> = {}, more: Partial<Source> = {}): Source {
  const { start, ask, event, batch, wait, size } = { ...ways, ...other }
  const source: Source<typeof config> = {
    name: 'source-toy',
    config,
    order: 'ordered',
    async check(context) {
      await toyAt(context.config.endpoint).page(0, context.signal)
      return ['the toy answers']
    },
    async *read(context) {
      const toy = toyAt(context.config.endpoint)
      let { page, offset } = await start(context)
      for (;;) {
        const items = await ask(toy, page, context)
        if (!items) {
          await wait(context)
          continue
        }
        while (offset < items.length) {
          const events = items.slice(offset, offset + size).map(item => event(item, context))
          offset += events.length
          const last = offset >= items.length
          const behind = last ? { page: page + 1, offset: 0 } : { page, offset }
          yield await batch({ events, behind }, context)
        }
        page += 1
        offset = 0
      }
    },
  }
  return { ...(source as unknown as Source), ...more }
}

export function toySpec(
  source: Source = toySource(),
  more: Partial<SourceSpec<never, Toy>> = {},
): SourceSpec<never, Toy> {
  return {
    source: source as never,
    config: { token: TOKEN, pause: 60_000 },
    invalid: [{ key: 'endpoint', value: 'the toy' }],
    outside: () => createToy(),
    produces: SIZE.pages * SIZE.items,
    requests: toy => toy.requests,
    faults: toyFaults,
    ...more,
  }
}
