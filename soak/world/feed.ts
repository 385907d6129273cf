import { readKeys } from './disk.ts'
import { answer, drawFault } from './answers.ts'
import { REFUSED } from './bill.ts'
import type { Books } from './books.ts'
import type { Provider, ProviderOptions, ProviderPlan } from './provider.ts'
import { listen } from './server.ts'

const PAGE = 150
const MOST_AT_ONCE = 600
/** Of so many items one is refused by the target for good. */
const REFUSED_EVERY = 97

/** A feed of numbered items: `GET /?after=N` answers those behind N. */
export async function startFeed(books: Books, options: ProviderOptions): Promise<Provider> {
  const items: string[] = []
  let plan: ProviderPlan | undefined
  const server = await listen((_body, request, response) => {
    const after = Number(new URL(request.url ?? '', 'http://oracle').searchParams.get('after'))
    const fault = drawFault(options)
    const failed = fault === 'throttle' || fault === 'server error'
    const body = JSON.stringify({ items: failed ? [] : items.slice(after, after + PAGE) })
    answer(response, { status: failed ? 503 : 200, body }, { plan, fault })
  })
  return {
    ...server,
    issue() {
      const count = 1 + Math.floor(options.random() * MOST_AT_ONCE)
      for (let index = 0; index < count; index += 1) {
        const number = items.length
        const name = `${number % REFUSED_EVERY === 41 ? REFUSED : 'item'} ${number}`
        items.push(name)
        books.issue(name)
      }
    },
    args: () => [],
    look(directory) {
      const cursor = Number(readKeys(directory, 'cursor')[0]?.[1] ?? 0)
      return { unread: items.length - cursor, waiting: readKeys(directory, 'outbox/').length }
    },
    plan(next) {
      plan = next
    },
  }
}
