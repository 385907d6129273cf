import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { type CloudEvent, parseJson } from '@billow/core'
import { type Place, newPlace } from './support/app.ts'
import {
  billedBy,
  CLOCK,
  documentConfig,
  SOURCE_NAMES,
  SOURCES,
  cloudsAndTarget,
  sumOf,
} from './support/clouds.ts'

const YESTERDAY = '2024-05-14'

const here = cloudsAndTarget()

interface Letter {
  readonly id: string
  readonly status: number
  readonly reason: string
  readonly event: CloudEvent
}

/** About a quarter of all events, always the same ones. */
const isBad = ({ id }: CloudEvent): boolean => /[0-3]$/.test(id)

function refuse(bad: (event: CloudEvent) => boolean) {
  return (event: CloudEvent, _request: IncomingMessage, response: ServerResponse): boolean => {
    if (!bad(event)) return true
    response.writeHead(400).end('{"error":"no such cost centre"}')
    return false
  }
}

describe.each(SOURCE_NAMES)('what is refused of %s', name => {
  const { cloud, keys } = SOURCES[name]

  function configured(): Place {
    const place = newPlace()
    place.config(documentConfig(keys, here.target.url, here.clouds[cloud].url))
    return place
  }
  async function lettersOf(place: Place): Promise<readonly Letter[]> {
    const { code, stdout } = await place.run(name, ['dead-letters', '--json'])
    expect(code).toBe(0)
    return (parseJson(stdout) as { deadLetters: Letter[] }).deadLetters
  }
  const idsOf = (events: readonly { readonly id: string }[]): Set<string> =>
    new Set(events.map(({ id }) => id))

  test('in part is kept with the reason, and the sum is whole again after a replay', async () => {
    here.target.answer = refuse(isBad)
    const place = configured()
    const app = place.start(name, CLOCK)
    await app.saw('waiting for the next pull')
    const letters = await lettersOf(place)
    expect(letters.length).toBeGreaterThan(0)
    for (const { event, status, reason } of letters) {
      expect(isBad(event)).toBe(true)
      expect({ status, reason }).toEqual({
        status: 400,
        reason: `${here.target.url} answered 400: no such cost centre`,
      })
    }
    const billed = billedBy(here.clouds[cloud], YESTERDAY, YESTERDAY)
    expect(sumOf([...here.target.events, ...letters.map(({ event }) => event)])).toEqual(billed)
    expect(idsOf(letters).isDisjointFrom(idsOf(here.target.events))).toBe(true)

    // The connector still runs: a replay needs no stop.
    here.target.answer = undefined
    const replay = await place.run(name, ['replay', '--all'])
    expect(replay).toMatchObject({ code: 0, stdout: expect.stringContaining(`Sent ${letters.length} of`) })
    expect(sumOf(here.target.events)).toEqual(billed)
    expect(await lettersOf(place)).toEqual([])
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
  })

  test('altogether fails the connector, drains nothing, and goes on when the target takes events', async () => {
    here.target.answer = refuse(() => true)
    const place = configured()
    const app = place.start(name, CLOCK)
    await app.saw('failed: every event was refused')
    expect(app.output().stderr).toContain('answered 400: no such cost centre')
    const health = await place.run(name, ['health', '--json'])
    expect(health.code).toBe(1)
    expect(JSON.parse(health.stdout).running).toMatchObject([
      { state: 'failed', reason: expect.stringContaining('no such cost centre') },
    ])
    expect(await lettersOf(place)).toEqual([])
    expect(JSON.parse((await place.run(name, ['days', '--json'])).stdout).days).toMatchObject([
      { day: YESTERDAY, state: 'spooled', delivered: 0 },
    ])

    here.target.answer = undefined
    await here.target.has(here.clouds[cloud].billed(YESTERDAY, YESTERDAY).length)
    expect(sumOf(here.target.events)).toEqual(billedBy(here.clouds[cloud], YESTERDAY, YESTERDAY))
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    expect(await lettersOf(place)).toEqual([])
  })

  test('is neither lost nor doubled by kill -9', async () => {
    here.target.answer = refuse(isBad)
    const place = configured()
    const pull = ['pull', '--from', '2024-04-01', '--to', '2024-04-10', '--yes', ...CLOCK]
    let kills = 0
    for (let events = 5; kills < 6; events += 31) {
      const app = place.start(name, pull)
      const enough = here.target.has(here.target.events.length + events).then(() => 'kill' as const)
      if ((await Promise.race([enough, app.ended])) !== 'kill') break
      app.child.kill('SIGKILL')
      await app.ended
      kills += 1
    }
    expect(kills).toBeGreaterThan(1)
    expect((await place.run(name, pull)).code).toBe(0)
    const letters = await lettersOf(place)
    expect(idsOf(letters).size).toBe(letters.length)
    expect(idsOf(letters).isDisjointFrom(idsOf(here.target.events))).toBe(true)
    expect(sumOf([...here.target.events, ...letters.map(({ event }) => event)])).toEqual(
      billedBy(here.clouds[cloud], '2024-04-01', '2024-04-10'),
    )
  })
})
