import { AuthError, type CloudEvent, Retryable, Throttled } from '@billow/core'

/** An outside system in memory, behind an address as a real one is. */
export interface Toy {
  readonly config: { readonly endpoint: string }
  /** Which fault is switched on. */
  mode: 'works' | 'deny' | 'fail' | 'throttle' | 'hang'
  requests: number
  /** The items of a page; nothing behind the last one. */
  page(page: number, signal?: AbortSignal): Promise<readonly string[] | undefined>
  /** Stores events as text; those without data are refused. */
  store(events: readonly CloudEvent[], signal?: AbortSignal): Promise<readonly CloudEvent[]>
  /** What was stored. */
  readonly shelf: string[]
}

export const TOKEN = 'a-token-of-the-toy'
const toys = new Map<string, Toy>()
export const toyAt = (endpoint: string): Toy => toys.get(endpoint) as Toy

export interface ToySize {
  readonly pages: number
  readonly items: number
}
export const SIZE: ToySize = { pages: 3, items: 4 }

export function createToy({ pages, items }: ToySize = SIZE): Toy {
  const endpoint = `http://toy-${toys.size}.test`
  async function answer(signal: AbortSignal | undefined): Promise<void> {
    toy.requests += 1
    await new Promise(resolve => setImmediate(resolve))
    if (toy.mode === 'deny') throw new AuthError('the toy does not know the token')
    if (toy.mode === 'fail') throw new Retryable('the toy is broken')
    if (toy.mode === 'throttle') throw new Throttled('the toy is in a hurry', { retryAfterMs: 1000 })
    if (toy.mode !== 'hang') return
    await new Promise((_, reject) => {
      signal?.throwIfAborted()
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
  }
  const toy: Toy = {
    config: { endpoint },
    mode: 'works',
    requests: 0,
    shelf: [],
    async page(page, signal) {
      await answer(signal)
      if (page >= pages) return undefined
      return Array.from({ length: items }, (_, index) => `item-${page}-${index}`)
    },
    async store(events, signal) {
      await answer(signal)
      const refused = events.filter(({ data }) => data === undefined)
      for (const event of events) {
        const text = JSON.stringify(event)
        if (!refused.includes(event) && !toy.shelf.includes(text)) toy.shelf.push(text)
      }
      return refused
    },
  }
  toys.set(endpoint, toy)
  return toy
}

/** How the faults of a toy are switched on and off. */
export const toyFaults = {
  deny: (toy: Toy) => void (toy.mode = 'deny'),
  fail: (toy: Toy) => void (toy.mode = 'fail'),
  throttle: (toy: Toy) => void (toy.mode = 'throttle'),
  hang: (toy: Toy) => void (toy.mode = 'hang'),
  heal: (toy: Toy) => void (toy.mode = 'works'),
}
