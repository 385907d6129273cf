import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { Type } from 'typebox'
import { connect } from '../../src/connect/connect.ts'
import type { Sink, Source } from '../../src/connector.ts'
import { AuthError, BillowError, LeaseLost, Retryable } from '../../src/errors.ts'
import { openMemoryStore } from '../../src/state/memory.ts'
import { underLease } from '../../src/state/standby.ts'
import type { Lease, StateStore } from '../../src/state/state.ts'
import { createStatus } from '../../src/status.ts'
import { jumpingClock } from '../support/clock.ts'
import { testSide } from '../support/side.ts'

/** A store whose leases a test can take away. */
function losable(store: StateStore = openMemoryStore()) {
  const given: { name: string; lose: () => void }[] = []
  const losing: StateStore = {
    ...store,
    async acquire(connector) {
      const lease = await store.acquire(connector)
      const losing = new AbortController()
      given.push({ name: connector, lose: () => losing.abort(new LeaseLost('taken over')) })
      return { ...lease, lost: AbortSignal.any([lease.lost, losing.signal]) }
    },
  }
  return { store: losing, given }
}

function standing(store: StateStore) {
  const clock = jumpingClock('2024-05-06T00:00:00Z')
  const status = createStatus('test', clock.now)
  const stop = new AbortController()
  const options = { store, connector: 'a', log: pino({ level: 'silent' }), clock, status, random: () => 1 }
  return { clock, status, stop, options: { ...options, stop: stop.signal } }
}

/** Resolves at the lease's end, as a connection does. */
const untilLost = ({ lost }: Lease): Promise<void> =>
  new Promise(resolve => lost.addEventListener('abort', () => resolve(), { once: true }))

const turn = () => new Promise(resolve => setImmediate(resolve))

test('stands by while another has the lease, and takes over when it is given back', async () => {
  const store = openMemoryStore()
  const first = await store.acquire('a')
  const { clock, status, options } = standing(store)
  let worked = 0
  const done = underLease(async () => {
    worked += 1
    expect(status.get().state).toBe('starting')
  }, options)
  while (clock.slept.length < 3) await turn()
  expect(worked).toBe(0)
  expect(status.get()).toMatchObject({
    state: 'standby',
    reason: expect.stringContaining('at work elsewhere'),
  })
  await first.release()
  await done
  expect(worked).toBe(1)
  expect(new Set(clock.slept)).toEqual(new Set([1000]))
  // It gave the lease back.
  await (await store.acquire('a')).release()
})

test('work that loses its lease begins again with the next one', async () => {
  const { store, given } = losable()
  const { options } = standing(store)
  let lives = 0
  await underLease(async lease => {
    lives += 1
    if (lives === 3) return
    given.at(-1)?.lose()
    if (!lease.lost.aborted) await untilLost(lease)
  }, options)
  expect(lives).toBe(3)
})

test.each(['a', 'stream 1', 'stream 2'])(
  'work with claims ends when %s is lost, and begins again with all',
  async name => {
    const { store, given } = losable()
    const { options } = standing(store)
    let lives = 0
    const work = async (lease: Lease): Promise<void> => {
      lives += 1
      if (lives === 2) return
      expect(given.map(lease => lease.name)).toEqual(['a', 'stream 1', 'stream 2'])
      given.find(lease => lease.name === name)?.lose()
      if (!lease.lost.aborted) await untilLost(lease)
    }
    await underLease(work, { ...options, claims: ['stream 2', 'stream 1'] })
    expect(given).toHaveLength(6)
    for (const { name } of given.slice(3)) await (await store.acquire(name)).release()
  },
)

test('a stop ends the wait, and gives the lease back', async () => {
  const store = openMemoryStore()
  const first = await store.acquire('a')
  const waiting = standing(store)
  const done = underLease(() => Promise.reject(new Error('never')), waiting.options)
  while (waiting.clock.slept.length < 2) await turn()
  waiting.stop.abort()
  await done
  await first.release()
  const working = standing(store)
  await underLease(async () => working.stop.abort(), working.options)
  await (await store.acquire('a')).release()
})

test('a store that cannot be asked is asked again, later and later; missing rights slowly; the rest is thrown', async () => {
  const memory = openMemoryStore()
  const failures: Error[] = [new Retryable('down'), new Retryable('down'), new AuthError('no password')]
  const { clock, status, options } = standing({
    ...memory,
    acquire: async connector => {
      const failure = failures.shift()
      if (failure) throw failure
      return memory.acquire(connector)
    },
  })
  const states: string[] = []
  const set = status.set.bind(status)
  status.set = (state, reason) => {
    states.push(state)
    set(state, reason)
  }
  await underLease(async () => undefined, options)
  expect(clock.slept).toEqual([1000, 2000, 30_000])
  expect(states).toEqual(['retrying', 'retrying', 'retrying', 'starting'])
  const newer = { ...memory, acquire: () => Promise.reject(new BillowError('a newer schema')) }
  await expect(underLease(async () => undefined, { ...options, store: newer })).rejects.toThrow(
    'newer schema',
  )
})

test('what is under way when the lease is lost is abandoned, and nothing of it is committed', async () => {
  const { store, given } = losable()
  const { clock, status, stop, options } = standing(store)
  const sent: string[] = []
  const fate: string[] = []
  const source: Source = {
    name: 'a',
    config: Type.Object({}),
    order: 'ordered',
    async *read({ state }) {
      const place = Number((await state.get('place')) ?? '0') + 1
      yield {
        events: [{ specversion: '1.0', id: String(place), source: 's', type: 't' }],
        async commit() {
          await state.set('place', String(place))
          fate.push(`committed ${place}`)
        },
        async release() {
          fate.push(`released ${place}`)
        },
      }
    },
  }
  const sink: Sink = {
    name: 'b',
    config: Type.Object({}),
    open: async () => ({
      async write([event], signal) {
        sent.push(event?.id ?? '')
        if (sent.length > 1) return undefined
        given.at(-1)?.lose()
        signal.throwIfAborted()
        return undefined
      },
    }),
  }
  await underLease(async ({ state, lost }) => {
    const side = testSide(clock, {}, state)
    await connect(source, side, sink, side, {
      attempts: 3,
      status,
      stop: AbortSignal.any([stop.signal, lost]),
      abandon: AbortSignal.any([stop.signal, lost]),
      restart: true,
    })
  }, options)
  expect(sent).toEqual(['1', '1'])
  expect(fate).toEqual(['released 1', 'committed 1'])
})
