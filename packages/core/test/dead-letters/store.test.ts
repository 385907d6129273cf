import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { eventToJson } from '../../src/cloudevents/index.ts'
import type { CloudEvent } from '../../src/connector.ts'
import { openDeadLetters } from '../../src/dead-letters/store.ts'
import { parseJson } from '../../src/json.ts'
import { openSqliteStore } from '../../src/state/sqlite.ts'
import { memoryState } from '../support/side.ts'
import { eventOf, idsOf, lettersOf } from './running.ts'

const TIME = '2024-05-06T00:00:00.000Z'
const because = (event: CloudEvent, reason = 'no') => ({ event, reason })

describe('dead letters', () => {
  test('keep an event whole, with its exact digits and bytes', async () => {
    const state = memoryState()
    const text =
      '{"specversion":"1.0","id":"1","source":"s","type":"t","subject":"ü","ext":5,"data":{"a":0.10,"b":5.2E-9,"c":12345678901234567890}}'
    const bytes = eventOf(2, { datacontenttype: 'image/png', data: Buffer.from([0, 255, 7]) })
    const letters = openDeadLetters(state)
    await letters.put([because(parseJson(text) as CloudEvent), because(bytes)], TIME)
    const [first, second] = await lettersOf(state)
    expect(eventToJson(first?.event as CloudEvent)).toBe(text)
    expect(eventToJson(second?.event as CloudEvent)).toBe(eventToJson(bytes))
  })

  test('outlive the process', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'billow-')), 'state.db')
    const before = openSqliteStore(file)
    await openDeadLetters(before.open('x')).put([{ ...because(eventOf(1)), status: 400 }], TIME)
    await before.close()
    const after = openSqliteStore(file)
    expect(await lettersOf(after.open('x'))).toEqual([
      { event: eventOf(1), reason: 'no', status: 400, time: TIME },
    ])
    await after.close()
  })

  test('stand once and in the order of their first refusal; the reason is the newest', async () => {
    const state = memoryState()
    const letters = openDeadLetters(state)
    await letters.put([because(eventOf('b')), because(eventOf('a'))], TIME)
    await letters.put([because(eventOf('b'), 'still no'), because(eventOf('c'))], '2030-01-01T00:00:00.000Z')
    expect(await lettersOf(state)).toMatchObject([
      { event: { id: 'b' }, reason: 'still no', time: TIME },
      { event: { id: 'a' } },
      { event: { id: 'c' } },
    ])
  })

  test('with names of any length have keys that every store takes', async () => {
    const state = memoryState()
    const long = 'x'.repeat(60_000)
    const letters = openDeadLetters(state)
    await letters.put([because(eventOf(`${long}1`)), because(eventOf(`${long}2`))], TIME)
    await letters.put([because(eventOf(`${long}1`), 'again')], TIME)
    expect((await lettersOf(state)).map(({ reason }) => reason)).toEqual(['again', 'no'])
    for await (const [key] of state.scan('')) expect(key.length).toBeLessThan(1100)
  })

  test('are named by source and id; events without a name by what they say', async () => {
    const state = memoryState()
    const nameless = (n: number) => because({ ...eventOf(''), data: { n } })
    const events = [because(eventOf(1)), because(eventOf(1, { source: 'other' })), nameless(1), nameless(2)]
    await openDeadLetters(state).put(events, TIME)
    await openDeadLetters(state).put(events, TIME)
    expect(await lettersOf(state)).toHaveLength(4)
  })

  test('that are removed leave nothing behind but the count, and the order of the others', async () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(ids, fc.infiniteStream(fc.boolean()), async (names, choose) => {
        const state = memoryState()
        const letters = openDeadLetters(state)
        const events = names.map(id => eventOf(id))
        await letters.put(
          events.map(event => because(event)),
          TIME,
        )
        const gone = events.filter(() => choose.next().value)
        await letters.remove(gone)
        const left = events.filter(event => !gone.includes(event))
        expect(idsOf((await lettersOf(state)).map(({ event }) => event))).toEqual(idsOf(left))
        await letters.remove(left)
        const keys = await Array.fromAsync(state.scan(''))
        expect(keys.length).toBe(names.length > 0 ? 1 : 0)
      }),
      { numRuns: 50 },
    )
  })

  test('tell which later event replaces them', async () => {
    const state = memoryState()
    const letters = openDeadLetters(state)
    await letters.put([because(eventOf('old')), because(eventOf('other'))], TIME)
    await letters.noteReplaced([
      eventOf('x'),
      eventOf('new', { replaces: 'old' }),
      eventOf('stranger', { replaces: 'unknown' }),
      eventOf('elsewhere', { replaces: 'other', source: 'another' }),
    ])
    expect(await lettersOf(state)).toMatchObject([{ event: { id: 'old' }, replacedBy: 'new' }, {}])
    // Refused once more, as by a replay: what is known of it stays.
    await letters.put([because(eventOf('old'), 'still no')], TIME)
    expect((await lettersOf(state))[0]).toMatchObject({ reason: 'still no', replacedBy: 'new' })
    expect((await lettersOf(state))[1]?.replacedBy).toBeUndefined()
  })
})
