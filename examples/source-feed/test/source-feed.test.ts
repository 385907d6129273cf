import { describe, expect, test } from '@jest/globals'
import { all, testContext } from '../../../test/support/context.ts'
import { startStub } from '../../../test/support/stub.ts'
import { feed } from '../src/index.ts'

describe('the example stream', () => {
  test('reads page by page, and goes on behind the cursor that was stored', async () => {
    const stop = new AbortController()
    const pages: Record<string, object> = {
      '': { entries: [{ id: '1', title: 'one', at: '2024-05-01T00:00:00Z' }], next: 'a' },
      a: { entries: [{ id: '2', title: 'two', at: '2024-05-02T00:00:00Z' }], next: 'b' },
      b: { entries: [], next: 'b' },
    }
    const stub = await startStub(({ query }) => ({ body: pages[query.get('after') ?? ''] }))
    const context = testContext({ endpoint: stub.url }, { signal: stop.signal })
    const seen: string[] = []
    const waiting = { ...context.clock, sleep: async () => stop.abort() }
    const read = async () => {
      for await (const { events, commit } of feed.read({ ...context, clock: waiting })) {
        seen.push(...events.map(({ id }) => id))
        await commit?.([])
      }
    }
    await read().catch(() => undefined)
    expect(seen).toEqual(['1', '2'])
    expect(await context.state.get('cursor')).toBe('b')
    expect(await all(feed.read(context)).catch(() => [])).toEqual([])
    expect(stub.requests.map(({ query }) => query.get('after'))).toEqual(['', 'a', 'b'])
    await stub.close()
  })
})
