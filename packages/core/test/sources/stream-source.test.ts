import { describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { connect } from '../../src/connect/connect.ts'
import type { CloudEvent } from '../../src/connector.ts'
import { Retryable } from '../../src/errors.ts'
import { streamSource } from '../../src/sources/stream-source.ts'
import { createStatus } from '../../src/status.ts'
import { jumpingClock } from '../support/clock.ts'
import { memoryState, testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'

const numbers = (from: number, to: number): CloudEvent[] =>
  Array.from({ length: to - from }, (_, i) => ({
    specversion: '1.0',
    id: String(from + i),
    source: 's',
    type: 't',
  }))

/** Counts to 400 in pages of 250 and 150. */
const counting = streamSource({
  name: 'source-counting',
  config: Type.Object({}),
  async *read(cursor) {
    if (cursor === undefined) yield { events: numbers(0, 250), cursor: '250' }
    if (cursor === undefined || cursor === '250') yield { events: numbers(250, 400), cursor: '400' }
  },
})

function run(sink: ReturnType<typeof memorySink>, state = memoryState()) {
  const clock = jumpingClock('2024-05-06T00:00:00Z')
  const side = testSide(clock, {}, state)
  const never = new AbortController().signal
  const status = createStatus('test', clock.now)
  return connect(counting, side, sink, side, {
    attempts: 1,
    status,
    stop: never,
    abandon: never,
    restart: true,
  })
}

describe('a stream source', () => {
  test('reads on from the cursor, which is stored when its page is safe', async () => {
    const state = memoryState()
    const sink = memorySink()
    await run(sink, state)
    expect(sink.safe.map(({ id }) => Number(id))).toEqual(Array.from({ length: 400 }, (_, i) => i))
    expect(await state.get('cursor')).toBe('400')
    const second = memorySink()
    await run(second, state)
    expect(second.safe).toEqual([])
  })

  test('pain 2: a page that was not wholly delivered is read again', async () => {
    let failures = 1
    const sink = memorySink(events =>
      events[0]?.id === '100' && failures-- > 0
        ? { unsent: events, because: new Retryable('down') }
        : undefined,
    )
    await run(sink)
    const ids = sink.safe.map(({ id }) => Number(id))
    expect(new Set(ids).size).toBe(400)
    expect(ids.filter(id => id < 100)).toHaveLength(200)
  })
})
