import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { LeaseHeld, LeaseLost } from '../../src/errors.ts'
import { acquireAll } from '../../src/state/leases.ts'
import type { State, StateReader, StateStore } from '../../src/state/state.ts'

/** What every store promises, whatever it keeps its states in. */
export function describeStore(name: string, opened: () => Promise<StateStore>): void {
  describe(name, () => {
    let store: StateStore
    /** A connector that no other test knows. */
    let connector: string
    let state: State
    beforeAll(async () => {
      store = await opened()
    })
    afterAll(() => store.close())
    beforeEach(() => {
      connector = randomUUID()
      state = store.open(connector)
    })

    test('keeps connectors apart', async () => {
      const other = store.open(randomUUID())
      await state.set('k', 'mine')
      await other.set('k', "the other's")
      expect(await state.get('k')).toBe('mine')
      await state.delete('k')
      expect(await state.get('k')).toBeUndefined()
      expect(await other.get('k')).toBe("the other's")
    })

    test('scans a prefix in order, more keys than a chunk, and goes on behind a key', async () => {
      const wanted = Array.from({ length: 1200 }, (_, i) => `row/${String(i).padStart(4, '0')}`)
      await state.transaction(async keys => {
        for (const key of [...wanted.toReversed(), 'rox', 'ro', 'row']) await keys.set(key, 'x')
      })
      expect(await keysOf(state, 'row/')).toEqual(wanted)
      expect(await keysOf(state, 'row/', { after: 'row/1197' })).toEqual(['row/1198', 'row/1199'])
    })

    test('orders keys by code point, and takes none of them for a pattern', async () => {
      const wanted = ['a%', 'aB', 'a_', 'ab', 'aä', 'a\u{FFFD}', 'a\u{1F600}']
      for (const key of [...wanted.toReversed(), 'A', 'b', 'bab']) await state.set(key, key)
      expect(await keysOf(state, 'a')).toEqual(wanted)
      expect(await keysOf(state, 'a%')).toEqual(['a%'])
      await state.transaction(async keys => {
        await keys.delete('a_')
        await keys.set('a\u{FFFE}', 'x')
        expect(await keysOf(keys, 'a')).toEqual([
          ...wanted.slice(0, 2),
          ...wanted.slice(3, 6),
          'a\u{FFFE}',
          'a\u{1F600}',
        ])
      })
    })

    test('keeps values of megabytes as they are', async () => {
      const long = `{"text":"${'ä\u{1F600}"\\'.repeat(700_000)}"}`
      await state.set('long', long)
      await state.set('m', 'short')
      expect((await state.get('long')) === long).toBe(true)
      const lengths: number[] = []
      for await (const [, value] of state.scan('')) lengths.push(value.length)
      expect(lengths).toEqual([long.length, 5])
    })

    test('a transaction is all or nothing, and nobody sees half of it', async () => {
      let seen: string | undefined = 'not asked'
      await state.set('old', '1')
      const work = state.transaction(async keys => {
        await keys.set('one', '1')
        await keys.delete('old')
        expect(await keys.get('one')).toBe('1')
        expect(await keysOf(keys, 'o')).toEqual(['one'])
        seen = await state.get('one')
        throw new Error('half way')
      })
      await expect(work).rejects.toThrow('half way')
      expect(seen).toBeUndefined()
      expect(await keysOf(state, '')).toEqual(['old'])
      expect(
        await state.transaction(async keys => {
          await keys.set('one', '2')
          await keys.delete('old')
          return 'result'
        }),
      ).toBe('result')
      expect(await keysOf(state, '')).toEqual(['one'])
    })

    test('transactions follow each other, however they were started', async () => {
      const beside = store.open(connector)
      const add = (of: State) =>
        of.transaction(async keys => {
          const count = Number((await keys.get('count')) ?? '0')
          await new Promise(resolve => setImmediate(resolve))
          await keys.set('count', String(count + 1))
        })
      await Promise.all(Array.from({ length: 20 }, (_, n) => add(n % 2 ? state : beside)))
      expect(await state.get('count')).toBe('20')
    })

    test('writes take effect in the order in which they were asked for', async () => {
      const writes = Array.from({ length: 50 }, (_, n) =>
        n % 5 === 4 ? state.delete('k') : state.set('k', String(n)),
      )
      await Promise.all([...writes, state.set('k', 'last')])
      expect(await state.get('k')).toBe('last')
    })

    test('pain 5: refuses an empty value, which would overwrite a good one', async () => {
      await state.set('place', '7')
      await expect(state.set('place', '')).rejects.toThrow('an empty value for "place"')
      await expect(state.transaction(keys => keys.set('place', ''))).rejects.toThrow('an empty value')
      expect(await state.get('place')).toBe('7')
    })

    test('a failure leaves the next write alone', async () => {
      await state.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined)
      await state.set('k', 'v')
      expect(await state.get('k')).toBe('v')
    })

    test('one at a time has the lease; who asks for it hears who has it', async () => {
      const lease = await store.acquire(connector)
      await lease.state.set('k', 'of the first')
      const asked = store.acquire(connector)
      await expect(asked).rejects.toThrow(LeaseHeld)
      await expect(asked).rejects.toThrow(`process ${process.pid} on `)
      // Another connector is another lease.
      await (await store.acquire(randomUUID())).release()
      await lease.release()
      const next = await store.acquire(connector)
      expect(await next.state.get('k')).toBe('of the first')
      expect(next.lost.aborted).toBe(false)
      await next.release()
    })

    test('several are taken together: all of them, or none', async () => {
      const [x, y, z] = [`${connector} x`, `${connector} y`, `${connector} z`] as const
      const first = await acquireAll(store, connector, [y, x, y])
      await first.state.set('k', 'of the first')
      expect(await state.get('k')).toBe('of the first')
      const other = randomUUID()
      await expect(acquireAll(store, other, [z, y])).rejects.toThrow(y)
      for (const name of [other, z]) await (await store.acquire(name)).release()
      await first.release()
      expect(first.lost.reason).toBeInstanceOf(LeaseLost)
      await (await acquireAll(store, other, [z, y, x])).release()
    })

    test('of many who ask at once, one gets the lease', async () => {
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => store.acquire(connector)))
      const given = asked.filter(result => result.status === 'fulfilled')
      expect(given).toHaveLength(1)
      await given[0]?.value.release()
    })

    test('a lease that was given back writes nothing more', async () => {
      const lease = await store.acquire(connector)
      await lease.release()
      await lease.release()
      expect(lease.lost.reason).toBeInstanceOf(LeaseLost)
      const next = await store.acquire(connector)
      await expect(lease.state.set('k', 'stale')).rejects.toThrow(LeaseLost)
      await expect(lease.state.delete('k')).rejects.toThrow(LeaseLost)
      await expect(lease.state.transaction(keys => keys.set('k', 'stale'))).rejects.toThrow(LeaseLost)
      await next.state.set('k', 'fresh')
      await lease.release()
      await next.state.set('k', 'fresher')
      expect(await lease.state.get('k')).toBe('fresher')
      await next.release()
    })
  })
}

export async function keysOf(
  state: StateReader,
  prefix: string,
  options?: { after: string },
): Promise<string[]> {
  const found: string[] = []
  for await (const [key] of state.scan(prefix, options)) found.push(key)
  return found
}
