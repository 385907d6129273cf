import { afterEach, describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { Batch, CloudEvent, Source } from '../../src/connector.ts'
import { ConfigError, Gone } from '../../src/errors.ts'
import { memorySink } from '../support/sink.ts'
import { linkOf, type Running, superviseHere } from './running.ts'

const event = (id: string): CloudEvent => ({ specversion: '1.0', id, source: 'test', type: 'test' })

/** Yields these events, then waits until it is told to stop. */
function sourceOf(
  ids: readonly string[],
  before: () => unknown = () => undefined,
): Source & { reads: number } {
  const source = {
    name: 'source-test',
    config: Type.Object({}),
    order: 'ordered' as const,
    reads: 0,
    async *read({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<Batch> {
      source.reads += 1
      await before()
      for (const id of ids) yield { events: [event(id)] }
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    },
  }
  return source
}

const idsOf = (events: readonly CloudEvent[]): string[] => events.map(({ id }) => id)

let running: Running
afterEach(async () => {
  running.stop.abort()
  await running.crew.ended.catch(() => undefined)
})

describe('each connector lives on its own', () => {
  test('pain 15: one that throws again and again takes no other down', async () => {
    running = superviseHere()
    const sink = memorySink()
    const broken = sourceOf([], () => {
      throw new Error('broken')
    })
    running.crew.follow([
      linkOf('bad', broken, memorySink()),
      linkOf('good', sourceOf(['1', '2', '3']), sink),
    ])
    await running.is('good', 'running')
    await running.is('bad', 'retrying')
    while (broken.reads < 5 || sink.safe.length < 3) await new Promise(resolve => setTimeout(resolve, 2))
    expect(idsOf(sink.safe)).toEqual(['1', '2', '3'])
    expect(running.board.all.readiness()).toMatchObject({
      ready: false,
      body: {
        ready: false,
        connectors: [
          { name: 'bad', state: 'retrying', reason: 'broken' },
          { name: 'good', state: 'running' },
        ],
      },
    })
  })

  test.each([
    ['a wrong configuration', new ConfigError('file:1:1: key: wrong')],
    ['a target that is gone', new Gone('gone')],
  ])('%s is failed and waits for another configuration', async (_, error) => {
    running = superviseHere()
    const broken = sourceOf([], () => {
      throw error
    })
    running.crew.follow([linkOf('bad', broken, memorySink())])
    await running.is('bad', 'failed')
    const sink = memorySink()
    running.crew.follow([linkOf('bad', sourceOf(['1']), sink, '2')])
    await running.is('bad', 'running')
    expect(broken.reads).toBe(1)
  })

  test('a fatal error ends all, with the error', async () => {
    running = superviseHere(() => true)
    running.crew.follow([
      linkOf(
        'bad',
        sourceOf([], () => {
          throw new ConfigError('wrong')
        }),
        memorySink(),
      ),
    ])
    await expect(running.crew.ended).rejects.toThrow('wrong')
  })
})

describe('another plan', () => {
  test('restarts only what changed', async () => {
    running = superviseHere()
    const [same, changed, gone, added] = [sourceOf(['1']), sourceOf(['2']), sourceOf(['3']), sourceOf(['4'])]
    const sinks = [memorySink(), memorySink(), memorySink(), memorySink()] as const
    running.crew.follow([
      linkOf('same', same, sinks[0]),
      linkOf('changed', changed, sinks[1]),
      linkOf('gone', gone, sinks[2]),
    ])
    for (const name of ['same', 'changed', 'gone']) await running.is(name, 'running')
    const since = running.board.cell('same').get().since
    running.crew.follow([
      linkOf('same', same, sinks[0]),
      linkOf('changed', changed, sinks[1], '2'),
      linkOf('added', added, sinks[3]),
    ])
    while (changed.reads < 2) await new Promise(resolve => setTimeout(resolve, 2))
    await running.is('added', 'running')
    const names = (): string[] =>
      (running.board.all.readiness().body as { connectors: { name: string }[] }).connectors.map(
        ({ name }) => name,
      )
    while (names().includes('gone')) await new Promise(resolve => setTimeout(resolve, 2))
    expect(names()).toEqual(['same', 'changed', 'added'])
    expect([same.reads, sinks[0].opened, changed.reads, gone.reads]).toEqual([1, 1, 2, 1])
    expect(running.board.cell('same').get().since).toBe(since)
  })

  test('that does not work is followed back to the one before', async () => {
    running = superviseHere(() => true)
    const good = sourceOf(['1'])
    const bad = sourceOf([], () => {
      throw new ConfigError('port: 1 is in use')
    })
    running.crew.follow([linkOf('one', good, memorySink())])
    await running.is('one', 'running')
    running.crew.follow([linkOf('one', bad, memorySink(), '2')])
    while (good.reads < 2) await new Promise(resolve => setTimeout(resolve, 2))
    await running.is('one', 'running')
    // Looking again at the same configuration does not try it again.
    running.crew.follow([linkOf('one', bad, memorySink(), '2')])
    running.crew.follow([linkOf('one', good, memorySink())])
    expect([good.reads, bad.reads]).toEqual([2, 1])
  })

  test('what is under way is finished before another configuration begins', async () => {
    running = superviseHere()
    const order: string[] = []
    const writing = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const slow = memorySink(async () => {
      writing.resolve()
      await answer.promise
      order.push('written')
      return undefined
    })
    running.crew.follow([linkOf('one', sourceOf(['1']), slow)])
    await writing.promise
    const next = sourceOf([], () => order.push('read'))
    running.crew.follow([linkOf('one', next, memorySink(), '2')])
    answer.resolve()
    while (next.reads < 1) await new Promise(resolve => setTimeout(resolve, 2))
    expect(order).toEqual(['written', 'read'])
  })
})

describe('a plan that changes faster than connectors end', () => {
  /** One whose event is not written before `answer`. */
  function slowOne() {
    const writing = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const sink = memorySink(async () => {
      writing.resolve()
      await answer.promise
      return undefined
    })
    const source = sourceOf(['1'])
    return { source, sink, writing: writing.promise, answer: answer.resolve }
  }

  test('ends with what was asked for last, also when that is what ran at first', async () => {
    running = superviseHere()
    const first = slowOne()
    const second = sourceOf([])
    running.crew.follow([linkOf('one', first.source, first.sink)])
    await first.writing
    running.crew.follow([linkOf('one', second, memorySink(), '2')])
    running.crew.follow([linkOf('one', first.source, first.sink)])
    first.answer()
    while (first.source.reads + second.reads < 2) await new Promise(resolve => setTimeout(resolve, 2))
    expect([first.source.reads, second.reads]).toEqual([2, 0])
  })

  test('one that is taken out and put back is there once, and seen', async () => {
    running = superviseHere()
    const one = slowOne()
    const other = linkOf('other', sourceOf([]), memorySink())
    running.crew.follow([linkOf('one', one.source, one.sink), other])
    await one.writing
    running.crew.follow([other])
    running.crew.follow([linkOf('one', one.source, one.sink), other])
    expect(one.source.reads).toBe(1)
    one.answer()
    while (one.source.reads < 2) await new Promise(resolve => setTimeout(resolve, 2))
    await running.is('one', 'running')
    expect(running.board.all.readiness()).toMatchObject({ ready: true })
    running.crew.follow([other])
    const names = () => JSON.stringify(running.board.all.readiness().body)
    while (names().includes('"one"')) await new Promise(resolve => setTimeout(resolve, 2))
    expect(one.source.reads).toBe(2)
  })

  test('one that ended by itself starts again with another configuration', async () => {
    running = superviseHere()
    const source: Source = { ...sourceOf([]), async *read() {} }
    const other = linkOf('other', sourceOf([]), memorySink())
    running.crew.follow([linkOf('one', source, memorySink()), other])
    await running.is('one', 'stopped')
    const sink = memorySink()
    running.crew.follow([linkOf('one', sourceOf(['1']), sink, '2'), other])
    while (sink.safe.length < 1) await new Promise(resolve => setTimeout(resolve, 2))
    expect(running.state('one')).toBe('running')
  })
})

describe('what breaks outside of every call', () => {
  /** Breaks astray again and again while it runs, and after it, as a timer that is left behind does. */
  function straying(crash: (error: unknown) => unknown): Source & { reads: number } {
    const source = sourceOf([], () => {
      setImmediate(() => {
        for (let times = 0; times < 3; times += 1) crash(new Error('astray'))
      })
    })
    return { ...source, order: 'independent' }
  }

  test('waits longer each time, and is not hurried by what is left behind', async () => {
    const waits: number[] = []
    const own = superviseHere()
    running = own
    const pause = own.host.clock.sleep
    Object.assign(own.host.clock, {
      sleep: async (ms: number, signal?: AbortSignal) => {
        waits.push(ms)
        own.crew.crash(new Error('left behind'))
        await pause(ms, signal)
      },
    })
    const source = straying(error => own.crew.crash(error))
    own.crew.follow([linkOf('one', source, memorySink())])
    while (waits.length < 12) await new Promise(resolve => setTimeout(resolve, 2))
    // Full jitter: one wait alone may be short, the longest of twelve is not.
    expect(Math.max(...waits)).toBeGreaterThan(2000)
  })
})
