import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { CloudEvent } from '@billow/core'
import type { Simulators } from '@billow/simulators'
import { type Server, startServer } from '../packages/state-postgres/test/server.ts'
import { type App, newPlace, type Place } from './support/app.ts'
import { billedBy, documentConfig, paidRequests, SOURCES, startClouds, sumOf } from './support/clouds.ts'
import { startTarget, type Target } from './support/receiver.ts'

const NAME = 'source-aws-billing'
const { keys, action } = SOURCES[NAME]
/** The ledger begins with this day; then the replicas have missed ten. */
const FIRST = ['--clock', '2024-05-05']
const LATER = ['--clock', '2024-05-15']

const started = await startServer()
const withServer = started ? describe : describe.skip
const server = started as Server

interface Replica {
  readonly place: Place
  app: App
}

withServer('replicas over one PostgreSQL', () => {
  let clouds: Simulators
  let target: Target
  let database: string
  let replicas: Replica[]
  let databases = 0

  beforeEach(async () => {
    clouds = await startClouds()
    target = await startTarget()
    databases += 1
    database = `replicas${databases}`
    await server.sql(`CREATE DATABASE ${database}`)
    replicas = []
  })
  afterEach(async () => {
    for (const { app } of replicas) app.child.kill('SIGKILL')
    await Promise.all(replicas.map(({ app }) => app.ended))
    await clouds.close()
    await target.close()
  })
  afterAll(() => server.close())

  function placeWith(leaseSeconds: number): Place {
    const place = newPlace()
    const store = `store_config:\n  type: postgres\n  url: ${server.urlOf({ database })}\n  lease_seconds: ${leaseSeconds}\n`
    place.config(documentConfig(keys, target.url, clouds.aws.url) + store)
    return place
  }

  /** Sends the first day of the ledger, and stops. */
  async function begin(): Promise<void> {
    const app = placeWith(15).start(NAME, FIRST)
    await app.saw('waiting for the next pull')
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    const { stderr } = app.output()
    expect(stderr).toContain('the ledger is empty, and begins with this day"')
    expect(stderr).not.toContain('mount a volume')
  }

  function startReplicas(count: number, leaseSeconds: number): void {
    for (let n = 0; n < count; n += 1) {
      const place = placeWith(leaseSeconds)
      replicas.push({ place, app: place.start(NAME, LATER) })
    }
  }

  const sql = (text: string) => server.sql(text, database)

  async function holder(): Promise<Replica> {
    const [lease] = await sql('SELECT holder FROM billow_lease')
    const pid = Number(/^process (\d+) on /.exec(String(lease?.['holder']))?.[1])
    const found = replicas.find(({ app }) => app.child.pid === pid)
    if (!found) throw new Error(`the holder is ${String(lease?.['holder'])}, none of the replicas`)
    return found
  }

  /** What `days` shows, day by day. */
  async function ledger(): Promise<{ day: string; state: string }[]> {
    const { stdout } = await (replicas[0] as Replica).place.run(NAME, ['days', '--json', ...LATER])
    return (JSON.parse(stdout) as { days: { day: string; state: string }[] }).days
  }

  async function allDone(): Promise<void> {
    for (;;) {
      const days = await ledger()
      if (days.length === 11 && days.every(({ state }) => state === 'done' || state === 'provisional')) return
    }
  }

  /** Every day once and whole; whatever came twice is the same. */
  async function expectConserved(): Promise<void> {
    expect((await ledger()).map(({ day }) => day)).toEqual(
      Array.from({ length: 11 }, (_, n) => `2024-05-${String(n + 4).padStart(2, '0')}`),
    )
    const byId = new Map<string, string>()
    const text = (event: CloudEvent): string => JSON.stringify(event)
    for (const event of target.events) {
      expect(byId.get(event.id) ?? text(event)).toBe(text(event))
      byId.set(event.id, text(event))
    }
    expect(sumOf(target.events)).toEqual(billedBy(clouds.aws, '2024-05-04', '2024-05-14'))
  }

  /** Takes so many more events, then hangs: what happens next happens in the middle of a day. */
  async function takeMore(events: number): Promise<void> {
    const enough = target.events.length + events
    target.answer = () => target.events.length < enough
    await target.has(enough)
  }

  test('of three, the holder is killed again and again in the middle of a day: nothing is lost, no day is asked for twice', async () => {
    await begin()
    target.answer = () => false
    startReplicas(3, 1)
    let paid = 0
    for (let kills = 0; kills < 6; kills += 1) {
      await takeMore(37)
      const asked = paidRequests(clouds.aws, action)
      if (kills > 0) expect(asked).toBe(paid)
      paid = asked
      const killed = await holder()
      killed.app.child.kill('SIGKILL')
      await killed.app.ended
      killed.app = killed.place.start(NAME, LATER)
    }
    target.answer = undefined
    await allDone()
    await expectConserved()
    expect(paidRequests(clouds.aws, action)).toBe(paid)
  })

  test('a holder that sleeps is taken over; awake again, it writes nothing and stands by', async () => {
    await begin()
    target.answer = () => false
    startReplicas(2, 1)
    await takeMore(50)
    const sleeper = await holder()
    const other = replicas.find(replica => replica !== sleeper) as Replica
    sleeper.app.child.kill('SIGSTOP')
    await other.app.saw('taking over')
    target.answer = undefined
    await allDone()
    const before = await sql('SELECT * FROM billow_state ORDER BY connector, key')
    sleeper.app.child.kill('SIGCONT')
    await sleeper.app.saw('the lease is lost: standing by')
    const health = await sleeper.place.run(NAME, ['health'])
    expect(health).toMatchObject({ code: 0, stdout: expect.stringContaining('standby') })
    expect(health.stdout).toContain(`process ${other.app.child.pid} on `)
    expect(await sql('SELECT * FROM billow_state ORDER BY connector, key')).toEqual(before)
    await expectConserved()
  })

  test('a holder that stops hands over at once, however long a lease is; a pull beside it says who works', async () => {
    await begin()
    target.answer = () => false
    startReplicas(2, 3600)
    await takeMore(20)
    const first = await holder()
    const second = replicas.find(replica => replica !== first) as Replica
    await second.app.saw('standing by')
    const pull = await placeWith(15).run(NAME, ['pull', '--from', '2024-04-01', '--yes', ...LATER])
    expect(pull.code).toBe(75)
    expect(pull.stderr).toContain(`process ${first.app.child.pid} on `)
    target.answer = undefined
    first.app.child.kill('SIGTERM')
    expect(await first.app.ended).toBe(0)
    await second.app.saw('taking over')
    await allDone()
    await expectConserved()
  })

  test('a server that restarts in the middle of a day is waited for', async () => {
    await begin()
    target.answer = () => false
    startReplicas(2, 2)
    await takeMore(30)
    const working = await holder()
    await server.stop()
    target.answer = undefined
    await working.app.saw('cannot be used')
    await server.start()
    await allDone()
    await expectConserved()
  })
})
