import { describe, expect, test } from '@jest/globals'
import type { CloudEvent } from '@billow/core'
import { newPlace } from './support/app.ts'
import {
  billedBy,
  CLOCK,
  documentConfig,
  paidRequests,
  SOURCES,
  startClouds,
  sumOf,
} from './support/clouds.ts'
import { startTarget } from './support/receiver.ts'

const KILLS = 12

/** What an event says, without what may differ between two deliveries of it: nothing may. */
const text = (event: CloudEvent): string => JSON.stringify(event)

/** Alibaba Cloud bills what its native events sum, so its charges can be compared as well. */
const FORMATS = [
  ['source-aws-billing', 'native'],
  ['source-alicloud-billing', 'native'],
  ['source-alicloud-billing', 'focus'],
] as const

describe.each(FORMATS)('kill -9 of %s, %s', (name, format) => {
  const { cloud, keys, action } = SOURCES[name]
  const more = `format: ${format}\n`

  test('at any moment of a backfill loses nothing, and what comes twice is the same', async () => {
    const clouds = await startClouds()
    const target = await startTarget()
    const place = newPlace()
    place.config(documentConfig(keys, target.url, clouds[cloud].url, more))
    const pull = ['pull', '--from', '2024-04-01', '--to', '2024-04-20', '--yes', ...CLOCK]
    let kills = 0
    // Each life is ended after some more events than the one before, so that the kills fall everywhere.
    for (let events = 7; kills < KILLS; events += 23) {
      const app = place.start(name, pull)
      const enough = target.has(target.events.length + events).then(() => 'kill' as const)
      if ((await Promise.race([enough, app.ended])) !== 'kill') break
      app.child.kill('SIGKILL')
      await app.ended
      kills += 1
    }
    expect(kills).toBeGreaterThan(3)
    const { code } = await place.run(name, pull)
    expect(code).toBe(0)
    const byId = new Map<string, string>()
    for (const event of target.events) {
      expect(byId.get(event.id) ?? text(event)).toBe(text(event))
      byId.set(event.id, text(event))
    }
    expect(sumOf(target.events)).toEqual(billedBy(clouds[cloud], '2024-04-01', '2024-04-20'))
    await clouds.close()
    await target.close()
  })

  test('while a spooled day is sent repeats no request', async () => {
    const clouds = await startClouds()
    const target = await startTarget()
    const place = newPlace()
    place.config(documentConfig(keys, target.url, clouds[cloud].url, more))
    let asked = 0
    for (let life = 0; life < 5; life += 1) {
      // Three are acknowledged, then the target hangs: the kill falls into the middle of the day.
      const before = target.events.length
      target.answer = () => target.events.length < before + 3
      const app = place.start(name, CLOCK)
      await target.has(before + 3)
      app.child.kill('SIGKILL')
      await app.ended
      const now = paidRequests(clouds[cloud], action)
      if (life > 0) expect(now).toBe(asked)
      asked = now
    }
    target.answer = undefined
    const app = place.start(name, CLOCK)
    await app.saw('waiting for the next pull')
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    expect(paidRequests(clouds[cloud], action)).toBe(asked)
    expect(sumOf(target.events)).toEqual(billedBy(clouds[cloud], '2024-05-14', '2024-05-14'))
    await clouds.close()
    await target.close()
  })
})
