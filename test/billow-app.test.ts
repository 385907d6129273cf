import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { ALICLOUD_KEYS, AWS_KEYS, ROOT } from './support/app.ts'
import { billedBy, CLOCK, cloudsAndTarget, sumOf } from './support/clouds.ts'
import { newPipelinePlace, NUMBERS, type PipelinePlace } from './support/pipeline.ts'

const here = cloudsAndTarget()
/** The bundle as an image has it: no node_modules above it. */
let app: string
let place: PipelinePlace
beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'billow-app-'))
  cpSync(join(ROOT, 'apps/billow/dist'), app, { recursive: true })
})
beforeEach(() => {
  place = newPipelinePlace({}, join(app, 'main.js'))
})
afterEach(() => place.end())

const BUILT_IN = ['sink-cloudzero', 'sink-display', 'source-alicloud-billing', 'source-aws-billing'].map(
  name => `@billow/${name}`,
)

test('a pipeline runs from its bundle alone, with the connectors that are built in', async () => {
  const { clouds, target } = here
  place.config(`connectors:
  - name: aws
    source: "@billow/source-aws-billing"
    config:
      endpoint: ${clouds.aws.url}
      account_id: "123456789012"
      secret: { access_key_id: ${AWS_KEYS.id}, secret_access_key: "${AWS_KEYS.secret}" }
    target: ${target.url}
  - name: alibaba
    source: "@billow/source-alicloud-billing"
    config:
      endpoint: ${clouds.alicloud.url}
      secret: { access_key_id: ${ALICLOUD_KEYS.id}, secret_access_key: ${ALICLOUD_KEYS.secret} }
    sink: "@billow/sink-display"
`)
  expect(await place.command('check', 'config.yml', ...CLOCK)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('ok      aws: source-aws-billing: '),
  })
  expect(await place.command('health')).toMatchObject({ code: 1 })

  const running = place.billow('run', 'config.yml', ...CLOCK)
  await place.is({ aws: 'running', alibaba: 'running' })
  for (const name of ['aws', 'alibaba'])
    await running.saw(new RegExp(`"connector":"${name}"[^\\n]*"msg":"delivered"`))
  expect(sumOf(here.target.events)).toEqual(billedBy(clouds.aws, '2024-05-14', '2024-05-14'))
  expect(running.output().stdout.match(/alibaba\.billing\.daily/g)).toHaveLength(
    clouds.alicloud.billed('2024-05-14', '2024-05-14').length,
  )
  expect(await place.command('health')).toMatchObject({ code: 0 })
  const { stdout } = await place.command('list', 'config.yml', '--json')
  expect(JSON.parse(stdout).connectors).toMatchObject([
    { name: 'aws', state: 'running' },
    { name: 'alibaba', state: 'running', sink: '@billow/sink-display' },
  ])
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(0)
})

test('it lists what is built in, and says so of a package that it has not', async () => {
  const { stdout } = await place.command('list', '--json')
  expect(JSON.parse(stdout).packages.map(({ name }: { name: string }) => name)).toEqual(BUILT_IN)
  place.config('connectors:\n  - { name: one, sink: "@billow/sink-displax", receiver: 0 }\n')
  expect(await place.command('run', 'config.yml')).toEqual({
    code: 78,
    stdout: '',
    stderr: `config.yml:2:24: connectors[0].sink: found "@billow/sink-displax", which is neither installed beside this file or the program, nor built in; built in are ${BUILT_IN.join(', ')}; did you mean @billow/sink-display?\n`,
  })
})

test('without a word it runs the file that is mounted, and says where that has to be', async () => {
  expect(await place.command()).toEqual({
    code: 78,
    stdout: '',
    stderr:
      '(no pipeline file): there is no file /vanus-connect/config/pipeline.yml or /vanus-connector/config/pipeline.yml; mount one there, or name another with --config or CONNECTOR_CONFIG\n',
  })
  place.config('connectors:\n  - { name: one, sink: "@billow/sink-display", receiver: 0 }\n')
  const running = place.start(join(app, 'main.js'))
  await place.is({ one: 'running' })
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(0)
})

test('a derived image adds packages beside the program; an installed one wins over the one built in', async () => {
  const derived = mkdtempSync(join(tmpdir(), 'billow-derived-'))
  cpSync(app, derived, { recursive: true })
  for (const [name, version] of [
    ['acme-numbers', '1.2.3'],
    ['@billow/sink-display', '99.0.0'],
  ] as const) {
    const main = join(derived, 'node_modules', name, 'main.js')
    mkdirSync(dirname(main), { recursive: true })
    writeFileSync(main, NUMBERS)
    writeFileSync(
      join(dirname(main), 'package.json'),
      JSON.stringify({ name, version, type: 'module', exports: './main.js', keywords: ['billow-connector'] }),
    )
  }
  const other = newPipelinePlace({}, join(derived, 'main.js'))
  const { stdout } = await other.command('list', '--json')
  expect(JSON.parse(stdout).packages).toEqual(
    expect.arrayContaining([
      { name: 'acme-numbers', version: '1.2.3', kind: 'source' },
      { name: '@billow/sink-display', version: '99.0.0', kind: 'source' },
    ]),
  )
  other.config(
    `connectors:\n  - { name: acme, source: acme-numbers, config: { count: 2 }, target: "${here.target.url}" }\n`,
  )
  other.billow('run', 'config.yml')
  await here.target.has(2)
  await other.end()
})
