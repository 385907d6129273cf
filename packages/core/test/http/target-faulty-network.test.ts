import { afterEach, describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { startTcpProxy, type TcpProxy, type Trouble } from '../../../../soak/world/tcp-proxy.ts'
import type { Batch, CloudEvent, Sink, Source } from '../../src/connector.ts'
import { Retryable } from '../../src/errors.ts'
import { httpTarget } from '../../src/http/index.ts'
import { run } from '../support/run.ts'
import { serve, target, write } from './fixtures.ts'
import { eventOf, eventsOf, targetOf } from './side.ts'

const BATCHES = 5
const BATCH = 12

let proxies: TcpProxy[] = []
afterEach(() => {
  for (const proxy of proxies) proxy.close()
  proxies = []
})

async function through(url: string, trouble: (connection: number) => Trouble | undefined): Promise<TcpProxy> {
  const proxy = await startTcpProxy(url, trouble)
  proxies.push(proxy)
  return proxy
}

/** An ordered source that goes on behind what was committed. */
function counting(): Source & { readonly committed: string[] } {
  const committed: string[] = []
  return {
    name: 'counting',
    config: Type.Object({}),
    order: 'ordered',
    committed,
    async *read(): AsyncGenerator<Batch> {
      for (let at = committed.length / BATCH; at < BATCHES; at += 1) {
        const events = Array.from({ length: BATCH }, (_, index) => eventOf(at * BATCH + index))
        yield { events, commit: async () => void committed.push(...events.map(({ id }) => id)) }
      }
    },
  }
}

const httpSink = (url: string): Sink => {
  const config = targetOf(url, { timeout: 1, max_in_flight: 2 })
  return { ...httpTarget, open: context => httpTarget.open({ ...context, config }) }
}

const ids = Array.from({ length: BATCHES * BATCH }, (_, index) => String(index))

/** Nothing lost, nothing under a second id, and every repeat equal to its first arrival. */
function expectConserved(bodies: readonly string[], committed: readonly string[]): void {
  expect(committed).toEqual(ids)
  const first = new Map<string, string>()
  for (const body of bodies) {
    const { id } = JSON.parse(body) as CloudEvent
    expect(first.get(id) ?? body).toBe(body)
    first.set(id, body)
  }
  expect([...first.keys()].toSorted((a, b) => Number(a) - Number(b))).toEqual(ids)
}

describe('a network before the target that', () => {
  test.each<[string, Trouble]>([
    ['delays', { delayMs: 60 }],
    ['cuts', { cutAfterBytes: 1500 }],
    ['cuts within the first head', { cutAfterBytes: 40 }],
    ['truncates answers', { truncateAfterBytes: 300 }],
    ['truncates within the first head', { truncateAfterBytes: 9 }],
    ['is half-open', { halfOpen: true }],
    ['is slow', { bytesPerSecond: 20_000 }],
  ])('%s loses nothing, and repeats only what is the same', async (_, trouble) => {
    const server = await serve()
    const proxy = await through(server.url, connection => (connection <= 4 ? trouble : undefined))
    const source = counting()
    const { done } = run(source, httpSink(proxy.url), { attempts: 0 })
    await done
    expectConserved(
      server.got.map(({ body }) => body),
      source.committed,
    )
    expect(proxy.connections()).toBeGreaterThan(1)
  })

  test.each<[string, Trouble]>([
    ['is half-open', { halfOpen: true }],
    ['hardly moves', { bytesPerSecond: 1 }],
  ])('%s is left at once by an abort, and within the time by itself', async (_, trouble) => {
    const server = await serve()
    const proxy = await through(server.url, () => trouble)
    const abort = new AbortController()
    const writer = await target(proxy.url, { timeout: 1 })
    const writing = write(writer, eventsOf(3), abort.signal)
    setTimeout(() => abort.abort(), 30)
    const abandoned = await writing
    expect(abandoned.unsent).toHaveLength(3)
    expect(abandoned.because?.message).toMatch(/^stopped before/)
    const expired = await write(writer, [eventOf('a')])
    expect(expired.because).toBeInstanceOf(Retryable)
    expect(expired.because?.message).toContain('did not answer within 1 s')
  })
})

test('a target that is down for longer than all attempts loses nothing, and gets all when it is back', async () => {
  let refusals = 25
  const server = await serve((_, response) => response.writeHead(refusals-- > 0 ? 503 : 204).end())
  const source = counting()
  const { done, clock } = run(source, httpSink(server.url), { attempts: 3 })
  await done
  const safe = server.got.slice(-1 * BATCHES * BATCH).map(({ body }) => body)
  expectConserved(safe, source.committed)
  // Attempts wait up to a second; the pauses between two readings grow from there.
  expect(clock.slept).toContain(2000)
})
