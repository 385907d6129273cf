import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { BUDGETS, overBudget } from '../scripts/release/budgets.ts'
import { leaks } from '../scripts/release/leaks.ts'
import type { Packed } from '../scripts/release/pack.ts'
import { members, publishable, ROOT, releaseVersion } from '../scripts/release/packages.ts'

const names = publishable().map(({ manifest }) => manifest.name)

test('packages are published behind those that they depend on', () => {
  expect(names[0]).toBe('@billow/core')
  for (const { manifest } of publishable()) {
    const own = Object.keys(manifest.dependencies ?? {}).filter(name => name.startsWith('@billow/'))
    for (const name of own) expect(names.indexOf(name)).toBeLessThan(names.indexOf(manifest.name))
  }
  expect(members().length).toBeGreaterThan(names.length)
  expect(releaseVersion()).toMatch(/^\d+\.\d+\.\d+/)
})

describe('a tarball', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'billow-tarball-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const WHOLE = {
    LICENSE: '',
    'README.md': '',
    'dist/index.js': '',
    'dist/index.d.ts': '',
    'src/index.ts': '',
  }

  /** A package of these files, with what one of a release has. */
  function packed(more: Readonly<Record<string, string>>, manifest = {}): Packed {
    const files = { ...WHOLE, ...more }
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    const own = { name: '@billow/tried', version: '1.0.0', ...manifest }
    return { ...own, tarball: '', bytes: 0, folder, files: Object.keys(files), manifest: own }
  }

  test('that is as it should be has no leaks', () => {
    const map = JSON.stringify({ sources: ['../src/index.ts'] })
    const js = '//# sourceMappingURL=index.js.map\n'
    const good = packed(
      { 'dist/index.js': js, 'dist/index.js.map': map },
      { dependencies: { yaml: '2.9.1' } },
    )
    expect(leaks(good)).toEqual([])
  })

  test.each([
    ['a test', { 'src/index.test.ts': '' }, {}, 'has src/index.test.ts, which is for tests'],
    ['a stray file', { 'notes.txt': '' }, {}, 'has notes.txt, which belongs nowhere in it'],
    ['a folder of ours', { 'dist/x.js': `"${ROOT}/x"` }, {}, 'names a folder of this machine in dist/x.js'],
    [
      'a range of the workspace',
      {},
      { dependencies: { '@billow/core': 'workspace:^' } },
      'asks for @billow/core as "workspace:^", which npm cannot resolve',
    ],
    [
      'a map of what is not there',
      { 'dist/x.js.map': JSON.stringify({ sources: ['../lib/x.ts'] }) },
      {},
      'has dist/x.js.map, whose source ../lib/x.ts is not in it',
    ],
    [
      'no map',
      { 'dist/x.js': '//# sourceMappingURL=x.js.map\n' },
      {},
      'has dist/x.js, whose map x.js.map is not in it',
    ],
  ])('with %s is refused', (_, files, manifest, leak) => {
    expect(leaks(packed(files, manifest))).toEqual([leak])
  })

  test('without its licence is refused', () => {
    const { files, ...rest } = packed({})
    expect(leaks({ ...rest, files: files.filter(file => file !== 'LICENSE') })).toEqual(['lacks LICENSE'])
  })
})

describe('the budgets', () => {
  const installed = (name: string, tree: readonly string[], bytes = 0) => ({
    packed: { name, bytes } as Packed,
    folder: '',
    tree,
    scripts: [],
    bytes,
  })

  test('are there for every package', () => {
    expect(
      Object.keys(BUDGETS)
        .map(name => `@billow/${name}`)
        .toSorted(),
    ).toEqual(names.toSorted())
  })

  test.each([
    ['source-aws-billing', '@alicloud/openapi-client'],
    ['source-aws-billing', 'pg'],
    ['source-aws-billing', '@billow/sink-display'],
    ['source-alicloud-billing', '@aws-sdk/client-sts'],
    ['core', '@billow/cli'],
    ['sink-display', 'pg-protocol'],
    ['cli', '@billow/source-aws-billing'],
    ['testing', 'jest'],
  ])('keep who installs %s from getting %s', (name, other) => {
    expect(overBudget(installed(`@billow/${name}`, [`@billow/${name}`]))).toEqual([])
    expect(overBudget(installed(`@billow/${name}`, [other]))).toEqual([`${other} came with it`])
  })

  test('are not passed silently', () => {
    const tree = Array.from({ length: 200 }, (_, n) => `x${n}`)
    const { packed, packages, installed: most } = BUDGETS['core'] as (typeof BUDGETS)[string]
    expect(overBudget(installed('@billow/core', tree, 1e9))).toEqual([
      expect.stringContaining(`kB in its tarball: 1000000.0, and ${packed} is allowed`),
      expect.stringContaining(`packages in node_modules: 200.0, and ${packages} is allowed`),
      expect.stringContaining(`MB in node_modules: 1000.0, and ${most} is allowed`),
    ])
    expect(overBudget(installed('@billow/new', []))).toEqual([expect.stringContaining('has no budget')])
  })
})
