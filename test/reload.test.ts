import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { request } from 'undici'
import { type App, AWS_KEYS, newPlace } from './support/app.ts'
import { CLOCK, documentConfig, startClouds } from './support/clouds.ts'
import { startTarget } from './support/receiver.ts'

const EVENT = JSON.stringify({ specversion: '1.0', id: '1', source: 's', type: 't', data: { a: 1 } })

const apps: App[] = []
const keep = (app: App): App => {
  apps.push(app)
  return app
}
afterEach(async () => {
  for (const { child, ended } of apps.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})

/** Where it listens, after so many times of opening a port. */
async function portOf(app: App, times = 1): Promise<number> {
  await app.saw(new RegExp(`("msg":"listening"[^]*){${times}}`))
  const found = [...app.output().stderr.matchAll(/"port":(\d+)/g)]
  return Number(found.at(-1)?.[1])
}

async function post(port: number): Promise<number> {
  const headers = { 'content-type': 'application/cloudevents+json' }
  const { statusCode, body } = await request(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers,
    body: EVENT,
  })
  await body.dump()
  return statusCode
}

async function readyz(port: number): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await request(`http://127.0.0.1:${port}/readyz`)
  return (await body.json()) as Record<string, unknown>
}

test('SIGHUP: a changed file restarts the connector in the same process, and opens its port anew', async () => {
  const place = newPlace()
  place.config('port: 0\nformat: compact\n')
  const app = keep(place.start('sink-display'))
  expect(await post(await portOf(app))).toBe(204)
  place.config('port: 0\nformat: table\n')
  app.child.kill('SIGHUP')
  expect(await post(await portOf(app, 2))).toBe(204)
  app.child.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  expect(app.output().stdout).toMatch(/^\{"specversion".*\}\nTIME .*\n/)
})

test('a wrong new file changes nothing, and the log says what is wrong with it', async () => {
  const place = newPlace()
  place.config('port: 0\nformat: compact\n')
  const app = keep(place.start('sink-display'))
  const port = await portOf(app)
  const before = await readyz(port)
  place.config('port: 0\nformat: tabl\nprt: 1\n')
  app.child.kill('SIGHUP')
  await app.saw('the new configuration is wrong: going on with the one before')
  expect(app.output().stderr).toContain(
    'config.yml:2:9: format: found \\"tabl\\", allowed is json, compact or table; did you mean table?',
  )
  expect(app.output().stderr).toContain('config.yml:3:1: prt: unknown key, did you mean port?')
  expect(await post(port)).toBe(204)
  expect(await readyz(port)).toEqual(before)
})

test('a new port that is taken: the connector goes on at the one before', async () => {
  const other = await startTarget()
  const place = newPlace()
  place.config('port: 0\n')
  const app = keep(place.start('sink-display'))
  await portOf(app)
  place.config(`port: ${new URL(other.url).port}\nhost: 127.0.0.1\n`)
  app.child.kill('SIGHUP')
  await app.saw('the new configuration does not work: going on with the one before')
  expect(await post(await portOf(app, 2))).toBe(204)
  await other.close()
})

test('the level of the log follows without a restart', async () => {
  const place = newPlace()
  place.config('port: 0\n')
  const app = keep(place.start('sink-display'))
  const before = await readyz(await portOf(app))
  place.config('port: 0\nlog_config: { level: error }\n')
  app.child.kill('SIGHUP')
  await app.saw('the configuration changed')
  expect(await readyz(await portOf(app))).toEqual(before)
  app.child.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  expect(app.output().stderr).not.toMatch(/"stopping"|starting anew/)
})

test('SIGHUP does not end a program that has no file', async () => {
  const place = newPlace()
  const app = keep(place.start('sink-display', [], { CONNECTOR_CONFIG: '', CONNECTOR_PORT: '0' }))
  const port = await portOf(app)
  app.child.kill('SIGHUP')
  await app.saw('nothing changed')
  expect(await post(port)).toBe(204)
})

test('a rotated key heals a refusal without a restart, and neither key is shown', async () => {
  const clouds = await startClouds()
  const target = await startTarget()
  const place = newPlace()
  const key = join(place.folder, 'key')
  const wrong = 'not-the-right-secret-key-of-this-account'
  writeFileSync(key, `${wrong}\n`)
  place.config(
    documentConfig(
      { ...AWS_KEYS, secret: '${file:key}' },
      target.url,
      clouds.aws.url,
      'account_id: "123456789012"\n',
    ),
  )
  const app = keep(place.start('source-aws-billing', CLOCK))
  await app.saw('will try again')
  expect(target.events).toEqual([])
  writeFileSync(key, `${AWS_KEYS.secret}\n`)
  await target.has(1)
  expect(app.output().stderr).toContain('its configuration changed: starting anew')
  expect(app.output().stderr).not.toContain(wrong)
  expect(app.output().stderr).not.toContain(AWS_KEYS.secret)
  await target.close()
  await clouds.close()
})
