import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { programOf } from '../../src/commands/program.ts'
import { ConfigError } from '../../src/errors.ts'
import { imageLoad } from '../../src/pipeline/image.ts'
import { DEFAULT_FILES } from '../../src/runtime/config-file.ts'
import { Type } from '../../src/index.ts'

/** A sink whose configuration may be left out, and one that needs a key. */
const sink = (required: boolean) => {
  const level = Type.Integer({ description: 'How loud' })
  return programOf({
    name: 'sink-test',
    config: Type.Object({ level: required ? level : Type.Optional(level) }),
    open: async () => ({ write: async () => undefined }),
  })
}

let files: readonly [string, string]
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'billow-'))
  files = [join(folder, 'first.yml'), join(folder, 'second.yml')]
})

const loadOf = (required = false, env: NodeJS.ProcessEnv = {}) =>
  imageLoad(sink(required), { env, config: undefined, files })

async function faultsOf(load: () => Promise<unknown>): Promise<readonly string[]> {
  const error = await load().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConfigError)) throw new Error(`no ConfigError but ${String(error)}`)
  return error.faults
}

test('images look where the documents of both clouds mount a configuration', () => {
  expect(DEFAULT_FILES).toEqual(['/vanus-connect/config/config.yml', '/vanus-connector/config/config.yml'])
})

test('the first file that exists is taken, unless the environment names another', async () => {
  writeFileSync(files[1], 'level: 2\n')
  expect(await loadOf()()).toMatchObject({ file: files[1], settings: { level: 2 } })
  writeFileSync(files[0], 'level: 1\n')
  expect(await loadOf()()).toMatchObject({ file: files[0], settings: { level: 1 } })
  expect(await loadOf(false, { CONNECTOR_CONFIG: files[1] })()).toMatchObject({ file: files[1] })
})

test('where there is none, the error names both places and says what to do', async () => {
  expect(await faultsOf(loadOf(true))).toEqual([
    `(no config file): there is no file ${files[0]} or ${files[1]}; mount one there, or name another with --config or CONNECTOR_CONFIG`,
    expect.stringContaining('(no config file): level: missing'),
  ])
})

test('a file of the other ending is not taken, and named', async () => {
  const yaml = files[1].replace('.yml', '.yaml')
  writeFileSync(yaml, 'level: 2\n')
  expect((await faultsOf(loadOf(true)))[0]).toContain(
    `there is no file ${files[0]} or ${files[1]}, but ${yaml}, which is not looked for; mount one`,
  )
})

test('a file that cannot be looked at is not said to be missing', async () => {
  // Root may enter every folder, but nobody follows links in a ring.
  symlinkSync(files[0], files[0])
  writeFileSync(files[1], 'level: 2\n')
  expect(await faultsOf(loadOf())).toEqual([
    `${files[0]}: the file cannot be read (ELOOP), allowed is a readable YAML file of at most 1 MiB`,
  ])
})

test('a wrong variable is not blamed on a missing file', async () => {
  const faults = await faultsOf(loadOf(false, { LOG_LEVEL: 'loud' }))
  expect(faults).toEqual([expect.stringMatching(/^LOG_LEVEL: .*found "loud"/)])
})

test('a file that appears is followed, and one that vanishes is missed', async () => {
  const load = loadOf()
  const before = await load()
  expect(before.file).toBeUndefined()
  writeFileSync(files[1], 'level: 2\n')
  const after = await load()
  expect(after.file).toBe(files[1])
  expect(after.links[0]?.digest).not.toBe(before.links[0]?.digest)
  rmSync(files[1])
  expect(await faultsOf(load)).toEqual([expect.stringContaining(`${files[1]}: the file does not exist`)])
})
