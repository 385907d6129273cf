import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
    // Everybody may enter here, whatever TMPDIR and the folders above the checkout are.
    const folder = mkdtempSync('/tmp/billow-')
    chmodSync(folder, 0o755)
    cpSync(dirname(MAIN), join(folder, 'dist'), { recursive: true })
    cpSync(join(place.folder, 'config.yml'), join(folder, 'config.yml'))
    const data = join(folder, 'data')
    mkdirSync(data)
    chmodSync(data, 0o777)
    const env = { CONNECTOR_CONFIG: join(folder, 'config.yml'), BILLOW_DATA_DIR: data }
    await place.run(NAME, ['days', ...CLOCK], env)
    expect(readdirSync(data)).toContain('billow.db')
    const become = 'process.setgroups([]); process.setgid(65534); process.setuid(65534)'
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${become}`, join(folder, 'dist/main.js'), ...CLOCK],
      { encoding: 'utf8', cwd: folder, env },
    )
    expect(stderr).toMatch(/^store_config: the file ".*billow\.db" cannot be written/)
    expect(status).toBe(78)
  })
})
