import { mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { programOf } from '../../src/commands/program.ts'
import { secret } from '../../src/config/index.ts'
import { ConfigError } from '../../src/errors.ts'
import { imageLoad } from '../../src/pipeline/image.ts'
import type { Plan } from '../../src/pipeline/link.ts'
import { type Reload, watchPlan } from '../../src/pipeline/reload.ts'
import { memorySink } from '../support/sink.ts'
import { linkOf, type Running, superviseHere } from './running.ts'

const source = { name: 's', config: {}, order: 'ordered' as const, async *read() {} }

const planOf = (digest: string, level = 'info'): Plan =>
  ({
    file: 'pipeline.yml',
    links: [linkOf('one', source, memorySink(), digest)],
    settings: { log_config: { level }, store_config: { type: 'file' } },
    secrets: [],
  }) as unknown as Plan

let running: Running
let found: () => Plan
let followed: string[]
let reload: Reload
beforeEach(() => {
  running = superviseHere()
  found = () => planOf('1')
  followed = []
  reload = watchPlan({
    load: async () => found(),
    host: running.host,
    plan: planOf('1'),
    stop: running.stop.signal,
    follow: plan => followed.push(`${plan.links[0]?.digest} ${plan.settings.log_config.level}`),
  })
})
afterEach(async () => {
  running.stop.abort()
  await reload.ended
})

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 1))
}

test('pain 14: what changed is followed, once, without being asked', async () => {
  found = () => planOf('2')
  await until(() => followed.length > 0)
  found = () => planOf('2', 'debug')
  await until(() => followed.length > 1)
  expect(followed).toEqual(['2 info', '2 debug'])
})

test('a wrong configuration is said once, and changes nothing', async () => {
  let loads = 0
  found = () => {
    loads += 1
    throw new ConfigError('pipeline.yml:1:1: wrong')
  }
  await until(() => loads > 20)
  expect(running.said).toEqual(['the new configuration is wrong: going on with the one before'])
  found = () => planOf('1')
  await until(() => running.said.includes('the configuration is right again'))
  expect(followed).toEqual([])
})

test('a file that is being written is not followed before it is the same twice', async () => {
  let loads = 0
  found = () => {
    loads += 1
    return planOf(loads < 40 ? `half ${loads}` : '2')
  }
  await until(() => followed.length > 0)
  expect(followed).toEqual(['2 info'])
})

test('files behind a link that is exchanged, as Kubernetes mounts them, are followed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'billow-'))
  for (const [version, key] of ['the-first-key', 'the-second-key'].entries()) {
    mkdirSync(join(folder, `${version}`))
    writeFileSync(join(folder, `${version}/config.yml`), 'target: http://localhost:1\ntoken: ${file:token}\n')
    writeFileSync(join(folder, `${version}/token`), key)
  }
  const data = join(folder, '..data')
  symlinkSync('0', data)
  for (const name of ['config.yml', 'token']) symlinkSync(`..data/${name}`, join(folder, name))
  const program = programOf({ ...source, config: Type.Object({ token: secret({ description: 'a token' }) }) })
  const load = imageLoad(program, { env: {}, config: join(folder, 'config.yml'), files: [] })
  const tokens: string[] = []
  const own = watchPlan({
    load,
    host: running.host,
    plan: await load(),
    stop: running.stop.signal,
    follow: ({ secrets }) => tokens.push(...secrets),
  })
  symlinkSync('1', `${data}-new`)
  renameSync(`${data}-new`, data)
  await until(() => tokens.length > 0)
  running.stop.abort()
  await own.ended
  expect(tokens).toEqual(['the-second-key'])
})

test('a store that changed is named: it is followed at the next start', async () => {
  found = () => {
    const plan = planOf('2')
    return { ...plan, settings: { ...plan.settings, store_config: { type: 'file', store_file: 'x' } } }
  }
  await until(() => followed.length > 0)
  expect(running.said.some(line => line.startsWith('store_config'))).toBe(true)
})
