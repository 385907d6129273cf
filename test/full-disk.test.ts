import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { newPlace } from './support/app.ts'
import {
  billedBy,
  CLOCK,
  cloudsAndTarget,
  documentConfig,
  paidRequests,
  SOURCES,
  sumOf,
} from './support/clouds.ts'

/** A disk of 4 MB; nothing where this user may not mount one. */
function mountDisk(): string | undefined {
  const disk = mkdtempSync(join(tmpdir(), 'billow-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' })
    return disk
  } catch {
    rmSync(disk, { recursive: true })
    return undefined
  }
}

const probe = mountDisk()
if (probe === undefined) console.warn('skipped: this user may not mount a small disk')
else unmount(probe)

function unmount(disk: string): void {
  execFileSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true })
}

const { cloud, keys, action } = SOURCES['source-aws-billing']
const DAY = '2024-05-14'
const FULL = 'database or disk is full'

;(probe === undefined ? describe.skip : describe)('a disk that is full', () => {
  const world = cloudsAndTarget()
  let disk: string
  beforeEach(() => {
    disk = mountDisk() as string
  })
  afterEach(() => unmount(disk))

  const filler = (): string => join(disk, 'filler')
  /** Leaves so many bytes of the disk. */
  function fill(left: number): void {
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(filler(), Buffer.alloc(Math.max(0, bavail * bsize - left)))
  }
  const makeRoom = (): void => rmSync(filler())

  function start() {
    const place = newPlace()
    place.config(documentConfig(keys, world.target.url, world.clouds[cloud].url))
    const data = join(disk, 'data')
    mkdirSync(data, { recursive: true })
    return { place, data, app: place.start('source-aws-billing', CLOCK, { BILLOW_DATA_DIR: data }) }
  }

  /** All has come, under one id each, and the program ends well. */
  async function expectAll(app: ReturnType<typeof start>['app']): Promise<void> {
    await app.saw('"msg":"delivered"')
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    expect(sumOf(world.target.events)).toEqual(billedBy(world.clouds[cloud], DAY, DAY))
  }

  test('before the spool pays for no request, says so, and goes on when there is room', async () => {
    fill(700_000)
    const { app } = start()
    await app.saw(FULL)
    expect(app.output().stderr).toMatch(/billow\.db.* cannot be written; make room on its disk.*is full/)
    expect(paidRequests(world.clouds[cloud], action)).toBe(0)
    expect(world.target.events).toEqual([])
    makeRoom()
    await expectAll(app)
  })

  test.each([0, 40_000, 65_536])(
    'at the start, with %d bytes left, is not taken for a state that is lost',
    async left => {
      fill(left)
      const { app } = start()
      await app.saw('; see that its disk works and has room')
      expect(app.output().stderr).toMatch(/billow\.db/)
      expect(app.output().stderr).not.toContain('begin anew')
      app.child.kill('SIGTERM')
      await app.ended
      makeRoom()
      await expectAll(start().app)
    },
  )

  test('at a commit sends again what is not on the disk, with its ids', async () => {
    let filled = false
    world.target.answer = () => {
      if (!filled) fill(0)
      filled = true
      return true
    }
    const { app } = start()
    await app.saw(FULL)
    const before = new Set(world.target.events.map(({ id }) => id))
    makeRoom()
    await expectAll(app)
    expect(world.target.events.length).toBeGreaterThan(before.size)
    expect(paidRequests(world.clouds[cloud], action)).toBe(1)
  })

  test('at a dead letter keeps the event back until it can be kept', async () => {
    const refused: string[] = []
    const taken = new Set<string>()
    world.target.answer = (event, _request, response) => {
      if (taken.size < 5) taken.add(event.id)
      if (taken.has(event.id)) return true
      if (refused.length === 0) fill(0)
      refused.push(event.id)
      response.writeHead(422).end()
      return false
    }
    const { app, place, data } = start()
    await app.saw(FULL)
    makeRoom()
    await app.saw('"msg":"delivered"')
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    const listed = await place.run('source-aws-billing', ['dead-letters', '--json'], {
      BILLOW_DATA_DIR: data,
    })
    const { deadLetters } = JSON.parse(listed.stdout) as { deadLetters: { id: string }[] }
    const kept = new Set(deadLetters.map(({ id }) => id))
    const safe = world.target.events.map(({ id }) => id)
    expect(new Set([...kept, ...safe]).size).toBe(new Set([...refused, ...safe]).size)
    expect([...new Set(refused)].filter(id => !kept.has(id))).toEqual([])
  })
})
