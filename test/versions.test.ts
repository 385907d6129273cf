import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '..')
const place = mkdtempSync(join(tmpdir(), 'billow-versions-'))
const run = (program: string, args: readonly string[], cwd = place): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, CI: 'true' } })
const manifest = (folder: string) => JSON.parse(readFileSync(join(place, folder, 'package.json'), 'utf8'))
const changelog = (folder: string): string => readFileSync(join(place, folder, 'CHANGELOG.md'), 'utf8')

let released: string[]
let before: string

/** A copy of this tree, as it is, in which versions may be made. */
beforeAll(() => {
  const tracked = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], ROOT).split(
    '\0',
  )
  const needed = tracked.filter(file =>
    /(^\.changeset\/|\.json$|\.ya?ml$|\.mjs$|^scripts\/release\/)/.test(file),
  )
  for (const file of needed) {
    mkdirSync(dirname(join(place, file)), { recursive: true })
    cpSync(join(ROOT, file), join(place, file))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
  released = needed
    .filter(file => /^(packages|apps)\/[^/]+\/package\.json$/.test(file))
    .map(file => dirname(file))
  before = manifest('packages/core').version
  writeFileSync(
    join(place, '.changeset/tried-here.md'),
    "---\n'@billow/sink-display': minor\n---\n\nEvents are printed\nupside down.\n",
  )
  // Changesets asks git which commit added a changeset.
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A', '.changeset'],
    ['-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '-q', '-m', 'all'],
  ]) {
    run('git', args)
  }
  run(process.execPath, [join(ROOT, 'node_modules/@changesets/cli/bin.js'), 'version'])
})

afterAll(() => rmSync(place, { recursive: true, force: true }))

test('a release gives every package and every app the same new version, and uses the changesets up', () => {
  const versions = released.map(folder => manifest(folder).version)
  expect(released.length).toBeGreaterThan(10)
  expect([...new Set(versions)]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)])
  expect(versions[0]).not.toBe(before)
  expect(run('ls', ['.changeset'])).toBe('config.json\n')
})

test("a changelog has the changeset's text and nothing that only git can explain", () => {
  const { version } = manifest('packages/sink-display')
  expect(changelog('packages/sink-display')).toContain(`\n## ${version}\n\n### Minor Changes\n\n`)
  expect(changelog('packages/sink-display')).toContain('\n- Events are printed\n  upside down.\n')
  expect(changelog('apps/sink-display')).toMatch(/\n- With the changes of .*`@billow\/sink-display`.*\.\n/)
  for (const folder of released) expect(changelog(folder)).not.toMatch(/^- [0-9a-f]{7,}:/m)
})

test('the lockfile and the format hold after it', () => {
  const lockfile = readFileSync(join(place, 'pnpm-lock.yaml'), 'utf8')
  run('npx', ['--yes', 'pnpm@12', 'install', '--lockfile-only', '--frozen-lockfile', '--offline'])
  expect(readFileSync(join(place, 'pnpm-lock.yaml'), 'utf8')).toBe(lockfile)
  run(process.execPath, [
    join(ROOT, 'node_modules/@biomejs/biome/bin/biome'),
    'format',
    '--vcs-enabled=false',
    'packages',
    'apps',
  ])
})
