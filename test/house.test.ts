import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { pages, render } from '../scripts/docs/pages.ts'

const ROOT = join(import.meta.dirname, '..')
const REPOSITORY = 'https://github.com/billow/billow'
const folders = (place: string): string[] =>
  readdirSync(join(ROOT, place), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
const packages = folders('packages')
const connectors = packages.filter(name => /^(source|sink)-/.test(name))
const manifest = (place: string) => JSON.parse(readFileSync(join(ROOT, place, 'package.json'), 'utf8'))

describe('the house', () => {
  test.each(connectors)('%s has the rooms that every connector has', name => {
    const kind = name.startsWith('source-') ? 'source.ts' : 'sink.ts'
    for (const room of ['index.ts', 'config.ts', 'bin.ts', kind]) {
      expect(existsSync(join(ROOT, 'packages', name, 'src', room)) ? room : `no ${room}`).toBe(room)
    }
    if (kind === 'source.ts') {
      expect(readdirSync(join(ROOT, 'packages', name, 'src'))).toEqual(
        expect.arrayContaining(['client.ts', 'event.ts']),
      )
    }
    expect(Object.keys(manifest(`packages/${name}`).bin)).toEqual([`billow-${name}`])
  })

  test.each(packages)('%s can be published alone', name => {
    expect(manifest(`packages/${name}`)).toMatchObject({
      name: `@billow/${name}`,
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: '>=22.19' },
      description: expect.stringMatching(/^.{20,120}$/),
      keywords: expect.arrayContaining(['billow', 'billing']),
      homepage: `${REPOSITORY}/tree/main/packages/${name}#readme`,
      bugs: `${REPOSITORY}/issues`,
      repository: { type: 'git', url: `git+${REPOSITORY}.git`, directory: `packages/${name}` },
      publishConfig: { access: 'public', provenance: true },
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      files: ['dist', 'src'],
    })
    expect(manifest(`packages/${name}`)).not.toHaveProperty('private')
    expect(existsSync(join(ROOT, 'packages', name, 'README.md'))).toBe(true)
  })

  test.each(packages)('%s says which of its modules do something when they are loaded', name => {
    const { bin = {}, sideEffects } = manifest(`packages/${name}`)
    const programs = Object.values<string>(bin)
    const sources = programs.map(file => file.replace('./dist/', './src/').replace(/\.js$/, '.ts'))
    expect(sideEffects).toEqual(programs.length > 0 ? [...programs, ...sources] : false)
  })

  test('what is no package of its own is private', () => {
    const places = ['apps', 'examples'].flatMap(place => folders(place).map(name => `${place}/${name}`))
    const withManifest = places.filter(place => existsSync(join(ROOT, place, 'package.json')))
    for (const place of [...withManifest, '.']) {
      expect({ place, ...manifest(place) }).toMatchObject({ place, private: true })
    }
  })

  test.each(packages)("%s pins its dependencies, and takes the house's own from the workspace", name => {
    const { dependencies = {}, devDependencies = {} } = manifest(`packages/${name}`)
    for (const [dependency, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(`${dependency} ${version}`).toMatch(
        dependency.startsWith('@billow/') ? / workspace:/ : / \d+\.\d+\.\d+/,
      )
    }
  })

  test.each(folders('apps'))('apps/%s holds no logic', name => {
    const main = readFileSync(join(ROOT, 'apps', name, 'src/main.ts'), 'utf8')
      .trim()
      .split('\n')
    expect(main.length).toBeLessThanOrEqual(8)
    const files = readdirSync(join(ROOT, 'apps', name))
    expect(files).toContain('README.md')
    expect(files).toContain(name === 'billow' ? 'pipeline.example.yml' : 'config.example.yml')
  })
})

const FORBIDDEN = [
  ['packages/core/src', "import '@billow/simulators'", 'core knows no other package'],
  ['packages/source-x/src', "import '@billow/source-aws-billing'", 'A connector knows core and focus only'],
  ['packages/sink-x/src', "import '@billow/simulators'", 'A connector knows core and focus only'],
  ['packages/simulators/src', "import '@billow/sink-display'", 'The simulators know core only'],
  ['packages/focus/src', "import '@billow/source-aws-billing'", 'focus knows event contracts'],
  ['packages/cli/src', "import '@billow/source-aws-billing'", 'connectors it finds by their names'],
  ['packages/testing/src', "import '@billow/simulators'", 'The acceptance suite knows core only'],
  ['packages/source-x/src', "import '@billow/testing'", 'A connector knows core and focus only'],
  ['examples/x/src', "import '@billow/testing'", 'The acceptance suite is for tests'],
  ['packages/state-x/src', "import '@billow/sink-display'", 'A store knows core only'],
  ['packages/source-x/src', "import '../../core/src/index.ts'", 'Import another package by its name'],
] as const

describe('the lint', () => {
  let refused: string[]
  let allowed: string[]
  beforeAll(() => {
    refused = helpFor(FORBIDDEN)
    allowed = helpFor(FORBIDDEN.map(([folder]) => [folder, 'export const x = 1']))
  })

  test.each(FORBIDDEN.map((one, index) => [...one, index] as const))(
    'refuses in %s: %s',
    (_folder, _code, help, index) => {
      expect(refused[index]).toContain(help)
      expect(allowed[index]).toBe('')
    },
  )
})

/** What the lint says of each of these modules, all in one tree: it takes long to start. */
function helpFor(modules: readonly (readonly [folder: string, code: string, ...unknown[]])[]): string[] {
  const place = mkdtempSync(join(tmpdir(), 'billow-lint-'))
  writeFileSync(join(place, '.oxlintrc.json'), readFileSync(join(ROOT, '.oxlintrc.json')))
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
  const files = modules.map(([folder, code], index) => {
    const file = `${folder}/x${index}.ts`
    mkdirSync(join(place, folder), { recursive: true })
    writeFileSync(join(place, file), `${code}\n`)
    return file
  })
  const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/oxlint'), ['.', '--format', 'json'], {
    cwd: place,
    encoding: 'utf8',
  })
  rmSync(place, { recursive: true })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; help: string }[] }
  return files.map(file =>
    diagnostics
      .filter(({ filename }) => filename === file)
      .map(({ help }) => help)
      .join(),
  )
}

describe('the docs', () => {
  test.each(pages().map(path => [path.slice(ROOT.length + 1), path]))('%s is fresh', async (_, path) => {
    const text = readFileSync(path, 'utf8')
    expect(await render(text)).toBe(text)
  })

  test.each(pages().map(path => [path.slice(ROOT.length + 1), path]))(
    'the links of %s lead somewhere',
    (_, path) => {
      const links = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
        ([, link]) => link as string,
      )
      expect(links.filter(link => !existsSync(join(dirname(path), link)))).toEqual([])
    },
  )
})
