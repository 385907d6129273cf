import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { CloudEvent } from '../../src/connector.ts'
import { letterEvent } from '../../src/dead-letters/elsewhere.ts'
import { deadLetterTarget } from '../../src/dead-letters/target.ts'
import { validateEvent } from '../../src/cloudevents/index.ts'
import { systemClock } from '../../src/clock.ts'
import { parseJson } from '../../src/json.ts'
import type { RuntimeConfig } from '../../src/runtime/config.ts'
import { memoryState, testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { eventOf, idsOf, lettersOf, refusing, resuming, run } from './running.ts'
import { type Server, startServer } from './servers.ts'

let elsewhere: Server
beforeEach(async () => {
  elsewhere = await startServer()
})
afterEach(() => elsewhere.close())

const target = (url: string) => {
  const config = { dead_letter: { target: url } } as RuntimeConfig
  return deadLetterTarget(config, testSide(systemClock))
}
const bad = refusing(({ id }) => id.startsWith('bad'))
const TEXT = '{"specversion":"1.0","id":"bad1","source":"s","type":"t","data":{"a":0.10}}'
const events = [eventOf('a'), parseJson(TEXT) as CloudEvent, eventOf('bad2')]

test('refused events are posted with the reason in extension attributes, whole', async () => {
  const { source } = resuming([events])
  const { done, letters } = run(source, memorySink(bad), { deadLetterTarget: target(elsewhere.url) })
  await done
  expect(elsewhere.texts.toSorted()[0]).toBe(
    TEXT.replace(
      '"data"',
      '"deadletterreason":"no bad1","deadletterstatus":422,"deadlettertime":"2024-05-06T00:00:00.000Z","data"',
    ),
  )
  expect(idsOf(elsewhere.events).toSorted()).toEqual(['bad1', 'bad2'])
  expect((await letters()).map(({ event }) => event.id)).toEqual(['bad1', 'bad2'])
})

test('an event that cannot be posted is not kept yet, and its batch not committed', async () => {
  elsewhere.answer = () => 503
  const { source, fate } = resuming([events])
  const options = { deadLetterTarget: target(elsewhere.url), restart: false, attempts: 1 }
  const { done, letters } = run(source, memorySink(bad), options)
  await expect(done).rejects.toThrow(`dead_letter.target: ${elsewhere.url} answered 503`)
  expect(await letters()).toEqual([])
  expect(fate).toEqual([expect.stringContaining('release')])
})

test('it is tried again until it is posted', async () => {
  let failures = 3
  elsewhere.answer = () => (failures-- > 0 ? 503 : 204)
  const { source, fate } = resuming([events])
  const options = { deadLetterTarget: target(elsewhere.url), attempts: 2 }
  const { done, letters } = run(source, memorySink(bad), options)
  await done
  expect(await letters()).toHaveLength(2)
  expect(fate.at(-1)).toContain('commit')
})

test('even a target for dead letters that is gone stops nothing for good', async () => {
  let gone = 1
  elsewhere.answer = () => (gone-- > 0 ? 410 : 204)
  const { source } = resuming([[eventOf('a'), eventOf('bad1')]])
  const { done, letters } = run(source, memorySink(bad), { deadLetterTarget: target(elsewhere.url) })
  await done
  expect(await letters()).toHaveLength(1)
})

test('what is refused there too is in the state', async () => {
  elsewhere.answer = ({ id }) => (id === 'bad1' ? 400 : 204)
  const { source, fate } = resuming([events])
  const { done, letters } = run(source, memorySink(bad), { deadLetterTarget: target(elsewhere.url) })
  await done
  expect(idsOf(elsewhere.events)).toEqual(['bad2'])
  expect(await letters()).toHaveLength(2)
  expect(fate).toHaveLength(1)
})

test('what was kept before a crash is not posted again', async () => {
  const state = memoryState()
  const options = { deadLetterTarget: target(elsewhere.url), state }
  await run(resuming([events]).source, memorySink(bad), options).done
  await run(resuming([events]).source, memorySink(bad), options).done
  expect(elsewhere.events).toHaveLength(2)
  expect(await lettersOf(state)).toHaveLength(2)
})

test('any reason makes an attribute that CloudEvents allows', () => {
  for (const reason of ['', 'two\nlines\u0000', '\uD800 half', 'x'.repeat(5000)]) {
    const event = letterEvent({ event: eventOf(1), reason }, '2024-05-06T00:00:00.000Z')
    expect(() => validateEvent(event)).not.toThrow()
    expect(String(event['deadletterreason']).length).toBeLessThanOrEqual(1000)
  }
})
