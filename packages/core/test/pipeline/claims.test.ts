import { afterEach, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { Sink, Source } from '../../src/connector.ts'
import { claimsOf } from '../../src/pipeline/link.ts'
import { linkOf, type Running, superviseHere } from './running.ts'

/** A receiver's kind of source, to which nothing comes. */
const idle: Source = {
  name: 'source-idle',
  config: Type.Object({}),
  order: 'independent',
  async *read({ signal }) {
    yield { events: [] }
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
  },
}

function claiming(...claims: string[]): Sink & { open: Sink['open']; opened: number; closed: number } {
  const sink = {
    name: 'sink-claims',
    config: Type.Object({}),
    opened: 0,
    closed: 0,
    claims: () => claims,
    async open() {
      sink.opened += 1
      return {
        write: async () => undefined,
        async close() {
          sink.closed += 1
        },
      }
    },
  }
  return sink
}

let running: Running | undefined
afterEach(async () => {
  running?.stop.abort()
  await running?.crew.ended
  running = undefined
})

test('of two links of a process with one claim, the second stands by, and takes over', async () => {
  running = superviseHere()
  const [first, second, other] = [
    claiming('stream 1', 'stream 2'),
    claiming('stream 2'),
    claiming('stream 3'),
  ] as const
  const links = [
    linkOf('first', idle, first),
    linkOf('other', idle, other),
    linkOf('second', idle, second),
  ] as const
  running.crew.follow(links.slice(0, 2))
  for (const name of ['first', 'other']) await running.is(name, 'running')
  running.crew.follow(links)
  await running.is('second', 'standby')
  expect(running.board.cell('second').get().reason).toMatch(
    /^sink-claims stream 2 is at work elsewhere \(process/,
  )
  expect([first.opened, second.opened, other.opened]).toEqual([1, 0, 1])
  running.crew.follow(links.slice(1))
  await running.is('second', 'running')
  expect([first.closed, second.opened]).toEqual([1, 1])
})

test('a link whose sink claims nothing, fed by senders, needs no lease', async () => {
  running = superviseHere()
  const held = await running.host.store().acquire('free')
  running.crew.follow([linkOf('free', idle, claiming())])
  await running.is('free', 'running')
  await held.release()
})

test('a claim is told by the configuration, and named for its kind of sink', () => {
  const sink: Sink = {
    ...claiming(),
    claims: config => Object.values(config as Record<string, string>).map(id => `stream ${id}`),
  }
  const link = linkOf('a', idle, sink)
  const [{ source }] = link.ways as [(typeof link.ways)[number]]
  const ways = [{ source, sink: { connector: sink, config: { USD: '1', CNY: '2' } } }]
  expect(claimsOf({ ...link, ways })).toEqual(['sink-claims stream 1', 'sink-claims stream 2'])
})
