import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { request } from 'undici'
import { ALICLOUD_KEYS, AWS_KEYS, endInTime, ROOT } from './support/app.ts'
import { billedBy, CLOCK, startClouds, sumOf } from './support/clouds.ts'
import { newPipelinePlace, NUMBERS, type PipelinePlace, portOf, post } from './support/pipeline.ts'
import { startTarget, type Target } from './support/receiver.ts'

let place: PipelinePlace
let target: Target
beforeEach(async () => {
  place = newPipelinePlace()
  target = await startTarget()
  place.file('numbers.mjs', NUMBERS)
})
afterEach(async () => {
  await place.end()
  await target.close()
})

/** Requests that are under way at once arrive in any order. */
const idsOf = (source: string): string[] =>
  target.events.filter(event => event.source === source).map(({ id }) => id)
const upTo = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1))

/** A module whose source does this when it is read. */
const sourceThat = (does: string): string => `export default {
  name: 'source-bad', config: { type: 'object' }, order: 'ordered',
  async *read({ signal }) { ${does} },
}
`

describe('each connector lives on its own', () => {
  test('those that crash again and again, in any way, take no other down', async () => {
    place.file('throws.mjs', sourceThat("throw new Error('thrown in read')"))
    place.file(
      'strays.mjs',
      sourceThat(
        "setTimeout(() => { throw new Error('thrown astray') }, 20); await new Promise(() => undefined)",
      ),
    )
    place.file(
      'rejects.mjs',
      sourceThat("Promise.reject(new Error('rejected astray')); await new Promise(() => undefined)"),
    )
    place.file(
      'opens.mjs',
      "export default { name: 'sink-bad', config: { type: 'object' }, open: async () => { throw new Error('thrown in open') } }\n",
    )
    place.file(
      'commits.mjs',
      sourceThat(
        "yield { events: [{ specversion: '1.0', id: 'x', source: 'commits', type: 't' }], commit: async () => { throw new Error('thrown in commit') } }",
      ),
    )
    place.config(`connectors:
  - { name: throws, source: ./throws.mjs, target: "${target.url}" }
  - { name: strays, source: ./strays.mjs, target: "${target.url}" }
  - { name: rejects, source: ./rejects.mjs, target: "${target.url}" }
  - { name: opens, source: ./numbers.mjs, config: { count: 3 }, sink: ./opens.mjs }
  - { name: commits, source: ./commits.mjs, target: "${target.url}" }
  - { name: numbers, source: ./numbers.mjs, config: { count: 40 }, target: "${target.url}" }
`)
    const app = place.billow('run', 'config.yml')
    for (const reason of [
      'thrown in read',
      'thrown astray',
      'rejected astray',
      'thrown in open',
      'thrown in commit',
    ]) {
      await app.saw(new RegExp(`("reason":"[^"]*${reason}[^]*){2}`))
    }
    while (idsOf('numbers').length < 40) await new Promise(resolve => setTimeout(resolve, 5))
    expect(idsOf('numbers').sort()).toEqual(upTo(40).sort())
    const told = await place.is({ numbers: 'running', throws: 'retrying', opens: 'retrying' })
    expect(told).toMatchObject({ ready: false, pid: app.child.pid })
    expect(told.connectors.find(({ name }) => name === 'throws')?.reason).toBe('thrown in read')
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
  })

  test('a stop takes less than 8 s for all, even if one hangs', async () => {
    place.file(
      'hangs.mjs',
      "export default { name: 'sink-hangs', config: { type: 'object' }, open: async () => ({ write: () => new Promise(() => undefined), close: () => new Promise(() => undefined) }) }\n",
    )
    place.config(`connectors:
  - { name: hangs, source: ./numbers.mjs, config: { count: 1 }, sink: ./hangs.mjs }
  - { name: numbers, source: ./numbers.mjs, config: { count: 2 }, target: "${target.url}" }
`)
    const app = place.billow('run', 'config.yml')
    await target.has(2)
    await place.is({ numbers: 'running', hangs: 'running' })
    app.child.kill('SIGTERM')
    expect(await endInTime(app)).toBe(0)
  })

  test('a processor receives and sends on, under one name', async () => {
    place.file(
      'double.mjs',
      `const queue = []
let wake = () => undefined
export default {
  name: 'double', config: { type: 'object', properties: { type: { type: 'string' } }, required: ['type'] }, order: 'ordered',
  open: async () => ({ write: async events => { queue.push(...events); wake() } }),
  async *read({ config, signal }) {
    signal.addEventListener('abort', () => wake(), { once: true })
    while (!signal.aborted) {
      const event = queue.shift()
      if (event) yield { events: [{ ...event, source: 'double', type: config.type }] }
      else await new Promise(resolve => { wake = resolve })
    }
  },
}
`,
    )
    place.config(`connectors:
  - name: double
    processor: ./double.mjs
    config: { type: doubled }
    receiver: { port: 0, auth: { token: a-token-for-senders } }
    target: { url: "${target.url}", auth: { token: a-token-for-the-target } }
`)
    const app = place.billow('run', 'config.yml')
    const port = await portOf(app, 'double')
    expect(await post(port)).toBe(401)
    const { statusCode } = await request(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents+json',
        authorization: 'Bearer a-token-for-senders',
      },
      body: JSON.stringify({ specversion: '1.0', id: '7', source: 's', type: 't' }),
    })
    expect(statusCode).toBe(204)
    await target.has(1)
    expect(target.events).toMatchObject([{ id: '7', source: 'double', type: 'doubled' }])
  })
})

describe('a changed file', () => {
  test('restarts only what changed, starts what was added, and ends what was taken out', async () => {
    const entry = (name: string, more = ''): string =>
      `  - { name: ${name}, sink: "@billow/sink-display", receiver: 0${more} }\n`
    place.config(`connectors:\n${entry('same')}${entry('changed')}${entry('gone')}`)
    const app = place.billow('run', 'config.yml')
    const before = await place.is({ same: 'running', changed: 'running', gone: 'running' })
    const port = await portOf(app, 'same')
    place.config(
      `connectors:\n${entry('added')}${entry('changed', ', config: { format: compact }')}${entry('same')}`,
    )
    app.child.kill('SIGHUP')
    await portOf(app, 'changed', 2)
    const after = await place.is({ same: 'running', changed: 'running', added: 'running' })
    while ((await place.told()).connectors.some(({ name }) => name === 'gone')) {
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    expect(after.pid).toBe(before.pid)
    const since = (told: typeof before): string | undefined =>
      told.connectors.find(({ name }) => name === 'same')?.since
    expect(since(after)).toBe(since(before))
    expect(await portOf(app, 'same')).toBe(port)
    expect(await post(port)).toBe(204)
    expect(app.output().stderr.match(/"connector":"(\w+)","msg":"its configuration changed/g)).toHaveLength(1)
  })

  test('that is wrong changes nothing', async () => {
    const good = `connectors:\n  - { name: one, source: ./numbers.mjs, config: { count: 2 }, target: "${target.url}" }\n`
    place.config(good)
    const app = place.billow('run', 'config.yml')
    await target.has(2)
    const before = await place.is({ one: 'running' })
    place.config(`${good}  - { name: one, source: ./nowhere.mjs, target: "${target.url}" }\n`)
    app.child.kill('SIGHUP')
    await app.saw('the new configuration is wrong: going on with the one before')
    expect(app.output().stderr).toContain(
      'config.yml:3:13: connectors[1].name: found the name of connectors[0]',
    )
    expect(app.output().stderr).toContain(
      'config.yml:3:26: connectors[1].source: found \\"./nowhere.mjs\\", which does not exist',
    )
    expect(await place.told()).toEqual(before)
    place.config(good.replace('count: 2', 'count: 3'))
    app.child.kill('SIGHUP')
    await target.has(3)
    // It went on where it was: nothing came twice.
    expect(idsOf('numbers').sort()).toEqual(upTo(3))
  })

  test('a rotated key heals a refusal, and takes no other connector with it', async () => {
    const clouds = await startClouds()
    place.file('key', 'not-the-right-secret-key-of-this-account\n')
    place.config(`connectors:
  - name: aws
    source: "@billow/source-aws-billing"
    config:
      endpoint: ${clouds.aws.url}
      account_id: "123456789012"
      secret: { access_key_id: ${AWS_KEYS.id}, secret_access_key: "\${file:key}" }
    target: ${target.url}
  - { name: numbers, source: ./numbers.mjs, config: { count: 1 }, target: "${target.url}" }
`)
    const app = place.billow('run', 'config.yml', ...CLOCK)
    const before = await place.is({ aws: 'retrying', numbers: 'running' })
    place.file('key', `${AWS_KEYS.secret}\n`)
    const after = await place.is({ aws: 'running', numbers: 'running' })
    expect(after.connectors[1]).toEqual(before.connectors[1])
    expect(app.output().stderr).not.toContain(AWS_KEYS.secret)
    await clouds.close()
  })
})

describe('a file', () => {
  test('has a schema with the keys of its connectors, and a port that tells of all', async () => {
    place.config(
      `admin_port: 0\nconnectors:\n  - { name: one, source: ./numbers.mjs, config: { count: 2 }, target: "${target.url}" }\n`,
    )
    const { stdout } = await place.command('schema', 'config.yml')
    const [entry] = JSON.parse(stdout).properties.connectors.items
    expect(JSON.stringify(entry.properties.config.properties.count)).toContain('"type":"integer"')
    expect(entry.required).toEqual(expect.arrayContaining(['name', 'source', 'config', 'target']))

    const app = place.billow('run', 'config.yml')
    await target.has(2)
    await place.is({ one: 'running' })
    await app.saw(/"admin":\d+\D/)
    const port = Number(/"admin":(\d+)/.exec(app.output().stderr)?.[1])
    const ready = await request(`http://127.0.0.1:${port}/readyz`)
    expect(await ready.body.json()).toMatchObject({ ready: true, connectors: [{ name: 'one' }] })
    const metrics = await request(`http://127.0.0.1:${port}/metrics`)
    expect(await metrics.body.text()).toMatch(/connector="one"/)
  })

  test("may name anybody's package, installed beside it", async () => {
    place.file(
      'node_modules/acme-numbers/package.json',
      '{ "name": "acme-numbers", "version": "1.2.3", "type": "module", "exports": { "import": "./main.js" }, "keywords": ["billow-connector"] }',
    )
    place.file('node_modules/acme-numbers/main.js', NUMBERS)
    place.config(
      `connectors:\n  - { name: acme, source: acme-numbers, config: { count: 2 }, target: "${target.url}" }\n`,
    )
    expect(await place.command('lint', 'config.yml')).toMatchObject({
      code: 0,
      stdout: 'config.yml is right: acme\n',
    })
    const { stdout } = await place.command('list', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      packages: expect.arrayContaining([{ name: 'acme-numbers', version: '1.2.3', kind: 'source' }]),
    })
    place.billow('run', 'config.yml')
    await target.has(2)
  })

  test('tells all faults of all connectors at once, each with its place, and touches nothing', async () => {
    place.file('nothing.mjs', 'export const other = 1\n')
    place.file('node_modules/x.mjs', '')
    place.file(
      'odd.mjs',
      "export default { name: 'odd', config: { type: 'object', odd: 1 }, read: () => undefined }\n",
    )
    place.config(`connectors:
  - name: one
    source: "@billow/source-aws-biling"
    target: ${target.url}
  - name: two
    source: "@billow/source-aws-billing"
    config:
      secret: { acess_key_id: a, secret_access_key: wJalrXUtnFEMI }
    target: ${target.url}
  - name: two
    sink: ./nothing.mjs
    receiver: 8080
  - name: three
    sink: "@billow/sink-display"
    config: { format: tabl }
    receiver: 0
  - name: four
    sink: "@billow/sink-display"
    receiver: { port: 8080, autth: { token: x } }
  - name: five
    sink: "@billow/source-aws-billing"
    receiver: 0
  - name: six
  - name: seven
    source: wJalrXUtnFEMI/K7MDENG
    target: ${target.url}
  - { name: eight, source: ., target: "${target.url}" }
  - { name: nine, source: ./node_modules, target: "${target.url}" }
  - { name: ten, source: ./odd.mjs, target: "${target.url}" }
conectors: []
`)
    const faults = [
      'config.yml:3:13: connectors[0].source: found "@billow/source-aws-biling", which is not installed; run `npm install @billow/source-aws-biling`; did you mean @billow/source-aws-billing?',
      'config.yml:8:17: connectors[1].config.secret.acess_key_id: unknown key, did you mean config.secret.access_key_id?',
      'config.yml:10:11: connectors[2].name: found the name of connectors[1]; allowed is one that is unique in the file',
      'config.yml:11:11: connectors[2].sink: found "./nothing.mjs", which is no connector: its default export must be a source or a sink (an object with name, config, and read or open)',
      'config.yml:15:23: connectors[3].config.format: found "tabl", allowed is json, compact or table; did you mean table?',
      'config.yml:19:23: connectors[4].receiver.port: found port 8080, which connectors[2] has already; allowed is a port that is unique in the file',
      'config.yml:19:29: connectors[4].receiver.autth: unknown key, did you mean receiver.auth?',
      'config.yml:21:11: connectors[5].sink: found "@billow/source-aws-billing", which is a source; write `source:`',
      'config.yml:23:5: connectors[6]: found no connector; allowed is source, sink or processor, with the name of a package',
      'config.yml:25:13: connectors[7].source: found a text, which is no name of a package; allowed is one such as @billow/sink-display, or a path such as ./my-source.js',
      'config.yml:27:28: connectors[8].source: found ".", which is no name of a package; allowed is one such as @billow/sink-display, or a path such as ./my-source.js',
      'config.yml:28:27: connectors[9].source: found "./node_modules", which is a folder; name the module in it',
      'config.yml:29:26: connectors[10].source: found "./odd.mjs", whose config schema cannot be used, which its author must mend: strict mode: unknown keyword: "odd"',
      'config.yml:30:1: conectors: unknown key, did you mean connectors?',
    ]
    for (const command of ['lint', 'check', 'run']) {
      const { code, stdout, stderr } = await place.command(command, 'config.yml')
      expect({ code, stdout, faults: stderr.trim().split('\n') }).toEqual({
        code: 78,
        stdout: '',
        faults,
      })
    }
    const { code, stdout } = await place.command('lint', 'config.yml', '--json')
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 78, ok: false })
    expect(readdirSync(join(place.folder, 'data'))).toEqual([])
    expect(target.events).toEqual([])
  })

  test.each([
    [
      ['lint', 'half.yml'],
      78,
      /^half\.yml:2:3: found a list or a mapping in lines of their own inside brackets[^\n]*\n$/,
    ],
    [['lint', 'none-in-it.yml'], 78, 'none-in-it.yml:1:13: connectors: found an empty list, allowed is'],
    [['run'], 64, 'run: name the pipeline file: billow run pipeline.yml'],
    [['run', 'none.yml'], 78, 'none.yml: the file does not exist, allowed is a readable YAML file'],
    [['lnt', 'config.yml'], 64, 'no command "lnt"; did you mean lint?'],
    [
      ['replay', 'config.yml', 'numbres'],
      64,
      'replay: no connector "numbres" in config.yml; the connectors are numbers, more',
    ],
    [
      ['dead-letters', 'config.yml'],
      64,
      'dead-letters: name a connector: billow dead-letters config.yml NAME',
    ],
    [['lint', 'config.yml', '--jsn'], 64, 'lint: no option --jsn; did you mean --json?'],
  ])('a line that is wrong says what is right: %j', async (args, code, message) => {
    place.config(`connectors:
  - { name: numbers, source: ./numbers.mjs, config: { count: 1 }, target: "${target.url}" }
  - { name: more, source: ./numbers.mjs, config: { count: 1 }, target: "${target.url}" }
`)
    place.file('half.yml', 'connectors: [\n  - {')
    place.file('none-in-it.yml', 'connectors: []\n')
    const result = await place.command(...args)
    expect(result.stderr).toMatch(message)
    expect(result.code).toBe(code)
  })
})

test('the example: two bills to a target and to the screen, with every command', async () => {
  const clouds = await startClouds()
  const env = {
    AWS_ENDPOINT: clouds.aws.url,
    AWS_ACCESS_KEY_ID: AWS_KEYS.id,
    ALIBABA_ENDPOINT: clouds.alicloud.url,
    ALIBABA_ACCESS_KEY_ID: ALICLOUD_KEYS.id,
    TARGET: target.url,
    SCREEN_PORT: '0',
  }
  await place.end()
  place = newPipelinePlace(env)
  cpSync(join(ROOT, 'examples/pipeline/pipeline.yml'), join(place.folder, 'pipeline.yml'))
  writeFileSync(join(place.folder, 'aws-secret-key'), AWS_KEYS.secret)
  writeFileSync(join(place.folder, 'alibaba-secret-key'), ALICLOUD_KEYS.secret)
  const names = ['aws', 'alibaba', 'alibaba-on-screen', 'screen']

  const check = await place.command('check', 'pipeline.yml', ...CLOCK)
  expect(check).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('ok      aws: source-aws-billing: '),
  })
  const stopped = await place.command('list', 'pipeline.yml', '--json')
  expect(JSON.parse(stopped.stdout).connectors[2]).toEqual({
    name: 'alibaba-on-screen',
    source: '@billow/source-alicloud-billing',
    sink: '@billow/sink-display',
    state: 'not running',
  })

  const app = place.billow('run', 'pipeline.yml', ...CLOCK)
  await place.is(Object.fromEntries(names.map(name => [name, 'running'])))
  for (const name of names.slice(0, 3))
    await app.saw(new RegExp(`"connector":"${name}"[^\\n]*waiting for the next pull`))
  expect(await place.command('health')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('aws is running since'),
  })
  const list = await place.command('list', 'pipeline.yml', '--json')
  expect(JSON.parse(list.stdout).connectors).toMatchObject(names.map(name => ({ name, state: 'running' })))
  for (const [source, cloud] of [
    ['cloud.aws.billing', 'aws'],
    ['cloud.alibaba.billing', 'alicloud'],
  ] as const) {
    const events = target.events.filter(event => event.source === source)
    expect(sumOf(events)).toEqual(billedBy(clouds[cloud], '2024-05-14', '2024-05-14'))
  }
  expect(app.output().stdout.match(/alibaba\.billing\.daily/g)).toHaveLength(
    clouds.alicloud.billed('2024-05-14', '2024-05-14').length,
  )
  expect(await post(await portOf(app, 'screen'))).toBe(204)

  const days = await place.command('days', 'pipeline.yml', 'aws', '--json', ...CLOCK)
  expect(JSON.parse(days.stdout).days).toMatchObject([{ day: '2024-05-14' }])
  expect(await place.command('dead-letters', 'pipeline.yml', 'aws')).toMatchObject({ code: 0 })
  const pull = await place.command('pull', 'pipeline.yml', 'aws', '--from', '2024-05-01', '--yes', ...CLOCK)
  expect(pull).toMatchObject({ code: 75, stderr: expect.stringContaining('aws') })
  app.child.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  expect(existsSync(join(place.folder, 'data/billow.db'))).toBe(true)
  await clouds.close()
})
