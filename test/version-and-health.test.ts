import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { newPlace, ROOT } from './support/app.ts'

const APPS = readdirSync(join(ROOT, 'apps'))
const PACKAGES = ['cli', 'sink-cloudzero', 'sink-display', 'source-alicloud-billing', 'source-aws-billing']
const versionIn = (place: string): string =>
  JSON.parse(readFileSync(join(ROOT, place, 'package.json'), 'utf8')).version

/** A bundle as an image has it, away from its package.json and from all others. */
function bundleOf(app: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'billow-bundle-'))
  cpSync(join(ROOT, 'apps', app, 'dist'), folder, { recursive: true })
  return folder
}

const PROGRAMS: readonly (readonly [name: string, main: string, version: string])[] = [
  ...APPS.map(app => [app, join(bundleOf(app), 'main.js'), versionIn(`apps/${app}`)] as const),
  ...PACKAGES.map(
    name =>
      [
        name === 'cli' ? 'billow' : name,
        join(ROOT, 'packages', name, 'dist/bin.js'),
        versionIn(`packages/${name}`),
      ] as const,
  ),
]

test.each(PROGRAMS)('%s (%s) tells its version', async (name, main, version) => {
  const place = newPlace()
  expect(await place.run(main, ['--version'])).toEqual({
    code: 0,
    stdout: `${name} ${version}\n`,
    stderr: '',
  })
  const { stdout } = await place.run(main, ['--version', '--json'])
  expect(JSON.parse(stdout)).toEqual({ name, version, node: process.version })
})

test('the version stands in the log of a start', async () => {
  const place = newPlace()
  place.config('port: 0\n')
  const app = place.start('sink-display')
  await app.saw(`"version":"${versionIn('apps/sink-display')}"`)
  app.child.kill('SIGKILL')
  await app.ended
})

test.each(APPS)('%s says that Node is too old before it loads anything new', async app => {
  const folder = bundleOf(app)
  for (const chunk of readdirSync(join(folder, 'chunks')))
    if (!/^(rolldown-runtime|signals)\.mjs$/.test(chunk))
      writeFileSync(join(folder, 'chunks', chunk), 'no JavaScript')
  const old = join(folder, 'old.mjs')
  writeFileSync(
    old,
    "Object.defineProperty(process, 'versions', { value: { node: '18.19.0' } })\nawait import('./main.js')\n",
  )
  expect(await newPlace().run(old)).toEqual({
    code: 78,
    stdout: '',
    stderr: `Node 22.19 or newer is needed; this is ${process.version}.\n`,
  })
})

describe.each(APPS)('health of %s', app => {
  test.each([[['health']], [['health', '--json']]])('%j loads next to nothing of it', async line => {
    const folder = bundleOf(app)
    for (const file of readdirSync(join(folder, 'chunks'))) {
      const chunk = join(folder, 'chunks', file)
      if (statSync(chunk).size > 8192) writeFileSync(chunk, "throw new Error('this was loaded')\n")
    }
    const { code, stdout, stderr } = await newPlace().run(join(folder, 'main.js'), line)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(line.length > 1 ? /^\{"healthy":false\b/ : /runs? with the data directory/)
  })
})
