import { testSource } from '@billow/testing'
import { startStub } from '../../../test/support/stub.ts'
import { feed } from '../src/index.ts'

const PAGES = 5
const ENTRIES = 3

/** A feed of some pages; behind the last one there is nothing yet. */
async function startFeed() {
  let status = 200
  let answers = true
  const stub = await startStub(({ query }) => {
    const page = Number(query.get('after') ?? 0)
    const entries = Array.from({ length: page < PAGES ? ENTRIES : 0 }, (_, index) => {
      const id = `${page}-${index}`
      return { id, title: `entry ${id}`, at: '2024-05-01T00:00:00Z' }
    })
    const next = String(Math.min(page + 1, PAGES))
    return answers ? { status, body: { entries, next } } : undefined
  })
  return {
    config: { endpoint: stub.url },
    close: stub.close,
    requests: () => stub.requests.length,
    answer: (code: number) => {
      status = code
    },
    hang: () => {
      answers = false
    },
  }
}

testSource({
  source: feed,
  // Another URL would be another source of events.
  invalid: [{ key: 'endpoint', value: 'a feed' }],
  outside: startFeed,
  produces: PAGES * ENTRIES,
  requests: server => server.requests(),
  faults: {
    fail: server => server.answer(500),
    throttle: server => server.answer(429),
    hang: server => server.hang(),
    heal: server => server.answer(200),
  },
})
