import { mkdtempSync, chmodSync, writeFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Simulators, startSimulators } from '@billow/simulators'
import { APPS } from '../../scripts/images/apps.ts'
import { attempt } from '../../scripts/images/shell.ts'
import { documentConfig, SOURCE_NAMES, SOURCES, type SourceName } from '../support/clouds.ts'
import { startTarget, type Target } from '../support/receiver.ts'
import { type Container, engine, imageOf, runToEnd, start } from './support/container.ts'

const HARDENED = ['--read-only', '--cap-drop=all', '--security-opt=no-new-privileges'] as const

const { stdout: revision } = await attempt('git', ['rev-parse', 'HEAD'])
/** Nothing where git is not there, or does not trust a checkout that belongs to somebody else. */
const REVISION = revision === '' ? /^$/ : /^[0-9a-f]{40}$/

const OTHER = process.arch === 'arm64' ? 'amd64' : 'arm64'
const built = (await engine.attempt(['image', 'exists', `${imageOf('billow')}:${OTHER}`])).code === 0

let clouds: Simulators
let target: Target
let folder: string
beforeEach(async () => {
  clouds = await startSimulators()
  target = await startTarget()
  folder = mkdtempSync(join(tmpdir(), 'billow-image-'))
  chmodSync(folder, 0o755)
})
afterEach(async () => {
  await clouds.close()
  await target.close()
})

const configure = (name: SourceName): string => {
  const { cloud, keys } = SOURCES[name]
  writeFileSync(join(folder, 'config.yml'), documentConfig(keys, target.url, clouds[cloud].url))
  return `${folder}:/vanus-connect/config`
}
const startSource = (name: SourceName, ...words: readonly string[]): Promise<Container> =>
  start('--network=host', '-v', configure(name), ...words, imageOf(name))

const inspected = async (app: string): Promise<{ Config: unknown; Healthcheck: unknown }> =>
  JSON.parse(await engine.podman(['image', 'inspect', imageOf(app)]))[0]

describe.each(APPS)('the image of $name', ({ name, version }) => {
  test('says what it is, and runs as nobody in particular', async () => {
    const { Config, Healthcheck } = await inspected(name)
    expect(Healthcheck).toMatchObject({ Test: ['CMD', 'node', '/app/main.js', 'health'] })
    expect(Config).toMatchObject({
      User: '65532:65532',
      Entrypoint: ['node', '/app/main.js'],
      Volumes: { '/var/lib/billow': {} },
      Labels: {
        'org.opencontainers.image.title': name,
        'org.opencontainers.image.description': expect.stringMatching(/^Billow: /),
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.revision': expect.stringMatching(REVISION),
        'org.opencontainers.image.source': 'https://github.com/billow/billow',
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    })
    expect(JSON.stringify(Config)).not.toContain('"cmd":["/bin/sh"')
  })

  test('has its program, its licences, certificates and time zones, and no shell', async () => {
    const look = `
      const { existsSync, readFileSync, statSync } = require('node:fs')
      const files = ['/app/main.js', '/app/LICENSE', '/app/sbom.cdx.json', '/app/THIRD-PARTY-LICENSES.txt', '/usr/share/zoneinfo/Asia/Shanghai', '/bin/sh', '/bin/bash']
      console.log(JSON.stringify({
        ...Object.fromEntries(files.map(file => [file, existsSync(file)])),
        certificates: readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8').split('BEGIN').length > 100,
        modules: existsSync('/app/node_modules'),
        state: (statSync('/var/lib/billow').mode & 0o7777).toString(8),
        zone: new Date(0).toLocaleString('en-GB', { timeZone: 'Asia/Shanghai' }),
        user: process.getuid(),
      }))`
    const { stdout } = await runToEnd('--entrypoint', '["node"]', imageOf(name), '-e', look)
    expect(JSON.parse(stdout)).toEqual({
      '/app/main.js': true,
      '/app/LICENSE': true,
      '/app/sbom.cdx.json': true,
      '/app/THIRD-PARTY-LICENSES.txt': true,
      '/usr/share/zoneinfo/Asia/Shanghai': true,
      '/bin/sh': false,
      '/bin/bash': false,
      certificates: true,
      modules: false,
      state: '1777',
      zone: '01/01/1970, 08:00:00',
      user: 65_532,
    })
  })

  test('starts from the compiled program', async () => {
    const { stderr } = await runToEnd('-e', 'NODE_DEBUG_NATIVE=COMPILE_CACHE', imageOf(name), 'schema')
    expect(stderr).toMatch(/cache for ESM file:\/\/\/app\/main\.js was accepted/)
  })

  test('prints its version, and refuses what it does not know', async () => {
    expect(await runToEnd(imageOf(name), '--version')).toMatchObject({
      code: 0,
      stdout: `${name} ${version}\n`,
    })
    expect(await runToEnd(imageOf(name), 'nonsense')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('nonsense'),
    })
  })

  ;(built ? test : test.skip)('is built for the other architecture too', async () => {
    const [image] = JSON.parse(await engine.podman(['image', 'inspect', `${imageOf(name)}:${OTHER}`]))
    expect(image).toMatchObject({
      Architecture: OTHER,
      Os: 'linux',
      Config: { Entrypoint: ['node', '/app/main.js'] },
    })
  })
})

describe.each(SOURCE_NAMES)('a container of %s', name => {
  test('delivers, turns healthy, and stops with 0', async () => {
    const container = await startSource(name)
    await container.saw('waiting for the next pull')
    await container.turnsHealthy()
    expect(target.events.length).toBeGreaterThan(5)
    expect(await container.stop()).toBe(0)
    expect(await container.printed()).not.toContain('EXAMPLEKEY')
  })

  test.each([
    ['the user of the image', []],
    ['a foreign user id', ['--user', '1000710000']],
    ['a foreign user and group id', ['--user', '12345:23456']],
  ])('runs read-only, without capabilities, as %s', async (_, words) => {
    const container = await startSource(name, ...HARDENED, ...words)
    await container.saw('waiting for the next pull')
    await container.turnsHealthy()
    expect(await container.stop()).toBe(0)
  })

  test('goes on from its volume: nothing is sent or asked for again', async () => {
    const volume = `billow-${name}-${process.pid}`
    const first = await startSource(name, ...HARDENED, '-v', `${volume}:/var/lib/billow`)
    await first.saw('waiting for the next pull')
    await first.stop()
    const sent = target.events.length
    const second = await startSource(name, ...HARDENED, '-v', `${volume}:/var/lib/billow`)
    await second.saw('waiting for the next pull')
    await second.stop()
    expect(target.events).toHaveLength(sent)
  })

  test('finds a ConfigMap where the document of AWS mounts it', async () => {
    configure(name)
    // As kubelet lays it out: each key a link through `..data`.
    mkdirSync(join(folder, '..2024'))
    chmodSync(join(folder, '..2024'), 0o755)
    const { cloud, keys } = SOURCES[name]
    writeFileSync(join(folder, '..2024/config.yml'), documentConfig(keys, target.url, clouds[cloud].url))
    symlinkSync('..2024', join(folder, '..data'))
    const container = await start(
      '--network=host',
      ...HARDENED,
      '-v',
      `${folder}:/vanus-connector/config:ro`,
      imageOf(name),
    )
    await container.saw('waiting for the next pull')
    expect(await container.printed()).toContain('/vanus-connector/config/config.yml')
  })

  test('stops with 0 while it starts', async () => {
    const container = await startSource(name)
    // Before Node itself is up the system drops signals to process 1.
    await container.saw('"starting"')
    expect(await container.stop()).toBe(0)
  })

  test('says what is wrong: no file, a file that it may not read, a wrong key', async () => {
    expect(await runToEnd(imageOf(name))).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(
        /\/vanus-connect\/config\/config\.yml.*\/vanus-connector\/config\/config\.yml/s,
      ),
    })
    const mount = configure(name)
    chmodSync(join(folder, 'config.yml'), 0o600)
    expect(await runToEnd('-v', mount, imageOf(name))).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/config\.yml.*user 65532/s),
    })
    chmodSync(join(folder, 'config.yml'), 0o644)
    chmodSync(folder, 0o700)
    expect(await runToEnd('-v', mount, imageOf(name))).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/config\.yml: .*user 65532.*enter its folder/),
    })
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'config.yml'), 'targt: http://localhost:1\n')
    expect(await runToEnd('-v', mount, imageOf(name))).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('did you mean target'),
    })
  })
})
