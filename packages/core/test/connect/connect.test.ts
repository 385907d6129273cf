import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { Batch, CloudEvent, Context, Refusal, Sink, Source } from '../../src/connector.ts'
import { AuthError, Gone, Retryable, Throttled } from '../../src/errors.ts'
import { run } from '../support/run.ts'
import { memorySink } from '../support/sink.ts'

const event = (id: string): CloudEvent => ({ specversion: '1.0', id, source: 's', type: 't' })
const ids = (events: readonly CloudEvent[]): string => events.map(({ id }) => id).join('')

/** A source of batches, given as texts whose letters are event ids; it remembers what became of them. */
function lettersSource(batches: readonly string[], order: Source['order'] = 'ordered') {
  const fate: string[] = []
  const refusals: Refusal[] = []
  let next = 0
  const source: Source & { fate: string[]; refusals: Refusal[]; reads: number } = {
    name: 'letters',
    config: Type.Object({}),
    order,
    fate,
    refusals,
    reads: 0,
    async *read({ signal }: Context): AsyncGenerator<Batch> {
      source.reads += 1
      for (let at = order === 'ordered' ? next : 0; at < batches.length && !signal.aborted; at += 1) {
        const letters = batches[at] as string
        yield {
          events: letters.split('').map(event),
          async commit(refused) {
            next = at + 1
            refusals.push(...refused)
            fate.push(`commit ${letters}`)
          },
          async release(reason) {
            fate.push(`release ${letters}: ${reason.message}`)
          },
        }
      }
    },
  }
  return source
}

/** A reading that only waits until it is told to end. */
async function* waitFor(signal: AbortSignal): AsyncGenerator<Batch> {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  yield { events: [] }
}

const unsent = (events: readonly CloudEvent[], because: Error = new Retryable('down')) => ({
  unsent: events,
  because,
})

describe('connect with an ordered source', () => {
  test('pain 1: delivers, then commits, in order', async () => {
    const source = lettersSource(['ab', 'c', 'de'])
    const sink = memorySink()
    await run(source, sink).done
    expect(ids(sink.safe)).toBe('abcde')
    expect(source.fate).toEqual(['commit ab', 'commit c', 'commit de'])
  })

  test('commits follow reading order when a later batch is safe first', async () => {
    const source = lettersSource(['a', 'b', 'c'])
    let openGate = (): void => {}
    const gate = new Promise<void>(resolve => {
      openGate = resolve
    })
    const sink = memorySink(async events => {
      if (ids(events) === 'a') await gate
      if (ids(events) === 'c') openGate()
      return undefined
    }, 3)
    await run(source, sink).done
    expect(ids(sink.safe)).toBe('bca')
    expect(source.fate).toEqual(['commit a', 'commit b', 'commit c'])
  })

  test('an empty batch commits too', async () => {
    const source = lettersSource(['', 'a'])
    await run(source, memorySink()).done
    expect(source.fate).toEqual(['commit ', 'commit a'])
  })

  test('pain 12: sends again only what is unsent, and progress starts the count of attempts anew', async () => {
    const source = lettersSource(['abcd'])
    const sent: string[] = []
    const sink = memorySink(events => {
      sent.push(ids(events))
      return events.length > 1 && sent.length % 2 === 0
        ? unsent(events.slice(1))
        : sent.length % 2
          ? unsent(events)
          : undefined
    })
    await run(source, sink, { attempts: 2 }).done
    expect(sent).toEqual(['abcd', 'abcd', 'bcd', 'bcd', 'cd', 'cd', 'd', 'd'])
    expect(source.fate).toEqual(['commit abcd'])
  })

  test('pain 6: gives back what it cannot deliver, with all later batches, and reads again from there', async () => {
    const source = lettersSource(['a', 'b', 'c'])
    let failures = 6
    const sink = memorySink(events => (ids(events) === 'b' && failures-- > 0 ? unsent(events) : undefined), 2)
    const { done, clock } = run(source, sink)
    await done
    expect(source.fate.filter(line => line.startsWith('commit'))).toEqual([
      'commit a',
      'commit b',
      'commit c',
    ])
    expect(source.fate.filter(line => line.startsWith('release b'))).toEqual([
      'release b: down',
      'release b: down',
    ])
    expect(source.reads).toBe(3)
    expect(ids(sink.safe).replaceAll('c', '')).toBe('ab')
    // Two waits between three attempts, then the pause before reading again, longer each time.
    expect(clock.slept.filter(ms => ms >= 1000)).toEqual([1000, 1000, 1000, 2000])
  })

  test('attempts 0 is for ever', async () => {
    const source = lettersSource(['a'])
    const sink = memorySink((events, attempt) => (attempt < 40 ? unsent(events) : undefined))
    const { done, clock } = run(source, sink, { attempts: 0 })
    await done
    expect(source.reads).toBe(1)
    expect(Math.max(...clock.slept)).toBe(600_000)
  })

  test('Retry-After is a minimum', async () => {
    const because = new Throttled('slow down', { retryAfterMs: 90_000 })
    const sink = memorySink((events, attempt) => (attempt === 1 ? unsent(events, because) : undefined))
    const { done, clock } = run(lettersSource(['a']), sink, { random: () => 0 })
    await done
    expect(clock.slept).toEqual([90_000])
  })

  test('a lack of permission is not tried three times, but slowly, and nothing is lost', async () => {
    const source = lettersSource(['a'])
    const sink = memorySink((events, attempt) =>
      attempt === 1 ? unsent(events, new AuthError('401')) : undefined,
    )
    const { done, clock } = run(source, sink)
    await done
    expect(clock.slept).toEqual([30_000])
    expect(source.fate).toEqual(['release a: 401', 'commit a'])
  })

  test('a target that is gone ends it', async () => {
    const source = lettersSource(['a', 'b'])
    const sink = memorySink(events => unsent(events, new Gone('410')))
    await expect(run(source, sink).done).rejects.toThrow('410')
    expect(source.fate).toEqual(['release a: 410'])
  })

  test('says what it is doing', async () => {
    const seen: string[] = []
    const source = lettersSource(['a'])
    const sink = memorySink((events, attempt) => {
      seen.push(status.get().state)
      return attempt < 4 ? unsent(events) : undefined
    })
    const { done, status } = run(source, sink)
    await done
    expect(seen).toEqual(['running', 'retrying', 'retrying', 'retrying'])
    expect(status.get()).toMatchObject({ state: 'running' })
  })

  test('pain 10: a stop ends the wait between two attempts, and gives back what is not safe', async () => {
    const source = lettersSource(['a', 'b'])
    const sink = memorySink(events => {
      stop.abort()
      return unsent(events)
    })
    const { done, stop } = run(source, sink, { attempts: 0 })
    await done
    expect(source.fate).toEqual(['release a: down'])
  })

  test('the failure of background work is the failure of the connector', async () => {
    const source: Source = {
      ...lettersSource([]),
      read: ({ signal }) => waitFor(signal),
    }
    const sink: Sink = {
      ...memorySink(),
      open: async () => ({
        write: async () => undefined,
        run: async () => {
          throw new Error('the flush failed')
        },
      }),
    }
    await expect(run(source, sink, { restart: false }).done).rejects.toThrow('the flush failed')
  })
})

describe("the trouble of a sink's background work", () => {
  /** A run whose sink is open, and what it says of its background work. */
  async function opened(batches: readonly string[], order: Source['order']) {
    const context = Promise.withResolvers<Context>()
    const told: unknown[] = []
    const sink: Sink = {
      name: 'sink',
      config: Type.Object({}),
      async open(own) {
        context.resolve(own)
        return {
          async write() {
            const { state, reason } = status.get()
            told.push([state, reason].filter(Boolean).join(' '))
          },
        }
      },
    }
    const letters = lettersSource(batches, order)
    const source: Source = {
      ...letters,
      async *read(own) {
        const { retrying } = await context.promise
        retrying?.(new Error('the stream is down'))
        yield* letters.read(own)
        await settled(batches.length)
        retrying?.(new Error('still down'))
        told.push({ ...status.get() })
        retrying?.()
        told.push(status.get().state)
      },
    }
    const settled = async (count: number): Promise<void> => {
      while (letters.fate.length < count) await new Promise(resolve => setImmediate(resolve))
    }
    const { done, status } = run(source, sink)
    await done
    return told
  }

  test('stands whatever goes through, until the sink takes it back', async () => {
    expect(await opened(['a', 'b'], 'ordered')).toEqual([
      'retrying the stream is down',
      'retrying the stream is down',
      { name: 'test', state: 'retrying', reason: 'still down', since: expect.any(String) },
      'running',
    ])
  })

  test('behind a receiver what comes is taken all the same, and the state says so', async () => {
    expect((await opened(['a'], 'independent'))[1]).toMatchObject({
      state: 'retrying',
      reason: 'still down',
      taking: true,
    })
  })

  test('hides nothing worse, and is told once that is over', async () => {
    const seen: unknown[] = []
    const look = (): void => void seen.push(status.get().reason)
    let own: Context | undefined
    const sink: Sink = {
      ...memorySink(events => {
        look()
        own?.retrying?.(new Error('in the background'))
        look()
        return seen.length < 4 ? unsent(events) : undefined
      }),
    }
    const { open } = sink
    const opening: Sink = {
      ...sink,
      open(context) {
        own = context
        return open(context)
      },
    }
    const { done, status } = run(lettersSource(['a'], 'independent'), opening, { attempts: 2 })
    await done
    expect(seen).toEqual([undefined, 'in the background', 'down', 'down'])
    expect(status.get()).toMatchObject({ state: 'retrying', reason: 'in the background' })
  })
})

describe('connect with an independent source', () => {
  test('a target that is gone ends the reading', async () => {
    const source = lettersSource(['a', 'b'], 'independent')
    const sink = memorySink(events => unsent(events, new Gone('410')))
    await expect(run(source, sink).done).rejects.toThrow('410')
    expect(source.fate).toEqual(['release a: 410'])
  })

  test('pain 8: each batch ends alone, and its sender hears of refusals', async () => {
    const source = lettersSource(['a', 'b', 'c'], 'independent')
    const sink = memorySink(events => {
      if (ids(events) === 'a') return unsent(events)
      if (ids(events) === 'b') return { refused: [{ event: events[0] as CloudEvent, reason: 'bad' }] }
      return undefined
    })
    await run(source, sink, { attempts: 1 }).done
    expect(source.fate).toEqual(['release a: down', 'commit b', 'commit c'])
    expect(source.refusals.map(({ event, reason }) => `${event.id} ${reason}`)).toEqual(['b bad'])
  })
})
