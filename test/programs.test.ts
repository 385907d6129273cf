import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Simulators } from '@billow/simulators'
import { AWS_KEYS, newPlace, type Place, ROOT } from './support/app.ts'
import { CLOCK, documentConfig, startClouds } from './support/clouds.ts'
import { startTarget, type Target } from './support/receiver.ts'

const NAME = 'source-aws-billing'
const MAIN = join(ROOT, 'apps', NAME, 'dist/main.js')

let clouds: Simulators
let target: Target
let place: Place
beforeEach(async () => {
  clouds = await startClouds()
  target = await startTarget()
  place = newPlace()
  place.config(documentConfig(AWS_KEYS, target.url, clouds.aws.url))
})
afterEach(async () => {
  await clouds.close()
  await target.close()
})

test('pull counts as sent only what the target has', async () => {
  let interrupted = false
  target.answer = () => {
    // A second one would end it at once.
    if (!interrupted) app.child.kill('SIGINT')
    interrupted = true
    return false
  }
  const app = place.start(NAME, ['pull', '--from', '2024-05-01', '--to', '2024-05-03', '--yes', ...CLOCK])
  await app.ended
  expect(app.output().stdout).toContain('3 days left')
  expect(app.output().stdout).not.toContain('Sent')
})

test('a reader that leaves early, as head does, is no fault of the program', async () => {
  const child = spawn('sh', [
    '-c',
    `"${process.execPath}" "${MAIN}" schema | true; "${process.execPath}" "${MAIN}" --help | true`,
  ])
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  await once(child, 'close')
  expect(stderr).toBe('')
})

test.each(['--constructor', '--toString', '--__proto__'])('%s is no option', async option => {
  const { code, stderr } = await place.run(NAME, ['days', option, ...CLOCK])
  expect({ code, stderr }).toMatchObject({ code: 64, stderr: expect.stringContaining(`no option ${option}`) })
})

describe('as a user who is not root', () => {
  const root = process.getuid?.() === 0
  const only = root ? test : test.skip

  only('a state that belongs to another user ends it with 78 and names store_config', async () => {
    await place.run(NAME, ['days', ...CLOCK])
    chmodSync(place.folder, 0o755)
    chmodSync(join(place.folder, 'data'), 0o777)
    expect(readdirSync(join(place.folder, 'data'))).toContain('billow.db')
    let failure: { status?: number; stderr?: string } = {}
    try {
      execFileSync(process.execPath, [MAIN, ...CLOCK], {
        uid: 65_534,
        gid: 65_534,
        encoding: 'utf8',
        timeout: 10_000,
        stdio: 'pipe',
        cwd: place.folder,
        env: {
          CONNECTOR_CONFIG: join(place.folder, 'config.yml'),
          BILLOW_DATA_DIR: join(place.folder, 'data'),
        },
      })
    } catch (error) {
      failure = error as typeof failure
    }
    expect(failure.status).toBe(78)
    expect(failure.stderr).toMatch(/^store_config: the file ".*billow\.db" cannot be written/)
  })
})
