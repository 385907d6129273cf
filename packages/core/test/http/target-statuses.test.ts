import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { Batch, Context, Source } from '../../src/connector.ts'
import { openDeadLetters } from '../../src/dead-letters/store.ts'
import { Gone } from '../../src/errors.ts'
import { httpTarget } from '../../src/http/index.ts'
import { run } from '../support/run.ts'
import { serve } from './fixtures.ts'
import { eventOf, targetOf } from './side.ts'

/** What the runtime does next, in the words of docs/operating.md. */
type Next = 'safe' | 'tried again' | 'slowly' | 'the end' | 'a dead letter'

function nextOf(status: number): Next {
  if (status >= 200 && status < 300) return 'safe'
  if ([401, 403, 405, 407].includes(status)) return 'slowly'
  if (status === 410) return 'the end'
  if ([404, 408, 409, 425, 429].includes(status)) return 'tried again'
  return status >= 400 && status < 500 ? 'a dead letter' : 'tried again'
}

/** A source of two batches; the target has taken the first. */
const source = (): Source => ({
  name: 'two',
  config: Type.Object({}),
  order: 'ordered',
  async *read(): AsyncGenerator<Batch> {
    yield { events: [eventOf('first')] }
    yield { events: [eventOf('second')] }
  },
})

/** The shortest wait that says so: what is about our rights is tried again after half a minute at the least. */
const SLOWLY_MS = 30_000

async function seen(status: number): Promise<Next> {
  let asked = 0
  const server = await serve(({ body }, response) => {
    const second = body.includes('"second"')
    if (second) asked += 1
    response.writeHead(second && asked === 1 ? status : 204).end()
  })
  const config = targetOf(server.url, { max_in_flight: 1 })
  const sink = { ...httpTarget, open: (context: Context) => httpTarget.open({ ...context, config }) }
  const { done, clock, state } = run(source(), sink)
  const end = await done.catch((error: unknown) => error)
  if (end instanceof Gone) return 'the end'
  expect(end).toBeUndefined()
  for await (const letter of openDeadLetters(state).list()) {
    expect(letter).toMatchObject({ status, event: { id: 'second' } })
    return 'a dead letter'
  }
  if (asked === 1) return 'safe'
  expect(asked).toBe(2)
  return Math.max(...clock.slept) >= SLOWLY_MS ? 'slowly' : 'tried again'
}

const hundred = (from: number): number[] => Array.from({ length: 100 }, (_, index) => from + index)

describe('a target that answers every status, one by one', () => {
  test.each([[200], [300], [400], [500]])('from %i on', async from => {
    for (const status of hundred(from)) expect([status, await seen(status)]).toEqual([status, nextOf(status)])
  })

  test('and codes that nobody knows', async () => {
    for (const status of [600, 678, 999])
      expect([status, await seen(status)]).toEqual([status, 'tried again'])
  })
})
