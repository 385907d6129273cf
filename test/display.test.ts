import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type App, newPlace, type Place, ROOT } from './support/app.ts'

const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
const BATCH = { 'content-type': 'application/cloudevents-batch+json' }
const TOKEN = 'a-token-that-nobody-prints'

const portOf = (app: App): string => /"port":(\d+),"msg":"listening"/.exec(app.output().stderr)?.[1] ?? 'none'

/** An event as a sender writes it, and as the display prints it. */
const sent = (id: string, data = '{}'): string =>
  `{"specversion":"1.0","id":"${id}","source":"acme.billing","type":"acme.daily","data":${data}}`
const printed = (id: string, data = '{}'): string =>
  `{"specversion":"1.0","id":"${id}","source":"acme.billing","type":"acme.daily","data":${data}}\n`

interface Display {
  readonly place: Place
  readonly app: App
  post(
    body: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; error: string; headers: Headers }>
  get(path: string): Promise<{ status: number; body: unknown }>
  stop(): Promise<number | null>
}

async function start(config: string, env: Readonly<Record<string, string>> = {}): Promise<Display> {
  const place = newPlace()
  place.config(config)
  const app = place.start('sink-display', [], env)
  await app.saw('"msg":"listening"')
  const url = `http://127.0.0.1:${portOf(app)}`
  return {
    place,
    app,
    async post(body, headers = STRUCTURED) {
      const answer = await fetch(url, { method: 'POST', headers, body })
      const text = await answer.text()
      return { status: answer.status, error: text && JSON.parse(text).error, headers: answer.headers }
    },
    async get(path) {
      const answer = await fetch(url + path)
      return { status: answer.status, body: await answer.json() }
    },
    stop() {
      app.child.kill('SIGTERM')
      return app.ended
    },
  }
}

describe('the display', () => {
  let display: Display
  beforeAll(async () => {
    display = await start('port: 0\nformat: compact\nmax_body: 4096\n')
  })
  afterAll(() => display.stop())

  test('prints each event that is posted to it, in all three modes and with the digits that came', async () => {
    const data = '{"a":0.10,"b":5.2E-9,"c":9007199254740993,"d":-0,"e":"云盘"}'
    const binary = {
      'ce-specversion': '1.0',
      'ce-id': 'b',
      'ce-source': 'acme.billing',
      'ce-type': 'acme.daily',
    }
    expect(await display.post(sent('a', data))).toMatchObject({ status: 204, error: '' })
    expect(await display.post(data, { ...binary, 'content-type': 'application/json' })).toMatchObject({
      status: 204,
    })
    expect(await display.post(`[${sent('c', data)},${sent('d')}]`, BATCH)).toMatchObject({ status: 204 })
    expect(await display.post('[]', BATCH)).toMatchObject({ status: 204 })
    await display.app.saw(printed('d'))
    const asJson = printed('b', data).replace(',"data"', ',"datacontenttype":"application/json","data"')
    expect(display.app.output().stdout).toBe(printed('a', data) + asJson + printed('c', data) + printed('d'))
  })

  test.each([
    ['text that is no JSON', '{"specversion":', STRUCTURED, 400, 'not JSON: it ends too early'],
    [
      'an event without an id',
      '{"specversion":"1.0","source":"s","type":"t"}',
      STRUCTURED,
      400,
      'id: missing',
    ],
    ['a wrong event among good ones', `[${sent('x')},{}]`, BATCH, 400, 'event 1: specversion: missing'],
    [
      'a body that is too large',
      sent('x', `"${'x'.repeat(4096)}"`),
      STRUCTURED,
      413,
      'larger than 4096 bytes (max_body)',
    ],
    [
      'what is no CloudEvent',
      'hello',
      { 'content-type': 'text/plain' },
      415,
      'found the content-type text/plain and no ce- headers',
    ],
    [
      'another charset',
      sent('x'),
      { 'content-type': 'application/cloudevents+json; charset=latin1' },
      415,
      'found the charset latin1',
    ],
    [
      'a compressed body',
      'x',
      { ...STRUCTURED, 'content-encoding': 'gzip' },
      415,
      'content-encoding: found "gzip"',
    ],
  ])('says what is wrong with %s, and prints nothing of it', async (_, body, headers, status, reason) => {
    const before = display.app.output().stdout
    expect(await display.post(body, headers)).toMatchObject({
      status,
      error: expect.stringContaining(reason),
    })
    expect(await display.post(sent('next'))).toMatchObject({ status: 204 })
    await display.app.saw(before + printed('next'))
  })

  test('takes events by POST only', async () => {
    expect(await display.get('/')).toEqual({ status: 405, body: { error: 'found GET; POST is allowed' } })
  })

  test('tells how it is, on its port and by `health`', async () => {
    expect(await display.get('/healthz')).toEqual({ status: 200, body: { status: 'alive' } })
    expect(await display.get('/readyz')).toEqual({
      status: 200,
      body: { name: 'sink-display', state: 'running', since: expect.any(String), pid: display.app.child.pid },
    })
    expect(await display.place.run('sink-display', ['health'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^sink-display is running since \S+ \(process \d+\)\n$/),
    })
  })
})

test('with `auth.token`, only who knows the token may post; health needs none', async () => {
  const display = await start(`port: 0\nauth:\n  token: ${TOKEN}\n`)
  const refused = { status: 401, error: expect.stringContaining('`Authorization: Bearer`') }
  expect(await display.post(sent('a'))).toMatchObject(refused)
  expect(await display.post(sent('a'), { ...STRUCTURED, authorization: 'Bearer wrong' })).toMatchObject(
    refused,
  )
  expect(await display.get('/readyz')).toMatchObject({ status: 200 })
  expect(display.app.output().stdout).toBe('')
  expect(await display.post(sent('b'), { ...STRUCTURED, authorization: `Bearer ${TOKEN}` })).toMatchObject({
    status: 204,
  })
  expect(await display.stop()).toBe(0)
  const { stdout, stderr } = display.app.output()
  expect(JSON.parse(stdout)).toMatchObject({ id: 'b' })
  expect(stdout + stderr).not.toContain(TOKEN)
})

test('CONNECTOR_PORT wins over the file, and `health` tells when it has stopped', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, resolve))
  const display = await start(`port: ${(other.address() as AddressInfo).port}\n`, { CONNECTOR_PORT: '0' })
  other.close()
  expect(await display.post(sent('a'))).toMatchObject({ status: 204 })
  expect(await display.stop()).toBe(0)
  expect(await display.place.run('sink-display', ['health'])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('sink-display does not run with the data directory'),
  })
})

test('a slow reader of stdout slows the senders down, and loses nothing', async () => {
  const display = await start('port: 0\nformat: compact\n')
  const { stdout } = display.app.child
  stdout?.pause()
  const data = `"${'x'.repeat(3 * 1024 * 1024)}"`
  let answered = false
  const posting = display.post(sent('large', data)).then(({ status }) => {
    answered = true
    return status
  })
  for (let n = 0; n < 20; n += 1) expect(await display.get('/healthz')).toMatchObject({ status: 200 })
  expect(answered).toBe(false)
  stdout?.resume()
  expect(await posting).toBe(204)
  expect(await display.stop()).toBe(0)
  expect(display.app.output().stdout === printed('large', data)).toBe(true)
})

test('when nobody reads stdout any more, the sender keeps its events, and the program says why and ends', async () => {
  const display = await start('port: 0\n')
  display.app.child.stdout?.destroy()
  const { status, headers } = await display.post(sent('a'))
  expect([status, headers.get('retry-after')]).toEqual([503, '1'])
  expect(await display.app.ended).toBe(1)
  expect(display.app.output().stderr).toContain('stdout was closed by the program that read it')
})

/** `script` gives a program a terminal; not every machine has it. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux')

/** What a terminal shows while `use` is given the port. */
async function screenOf(env: Readonly<Record<string, string>>, use: (port: string) => Promise<unknown>) {
  const { folder } = newPlace()
  const command = `'${process.execPath}' '${join(ROOT, 'apps/sink-display/dist/main.js')}'`
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      TERM: 'xterm-256color',
      BILLOW_DATA_DIR: folder,
      CONNECTOR_PORT: '0',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let screen = ''
  const port = new Promise<string>(resolve => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text
      const found = /port: (\d+)\s/.exec(stripVTControlCharacters(screen))?.[1]
      if (found) resolve(found)
    })
  })
  await use(await port)
  child.stdin.write(CTRL_C)
  await once(child, 'close')
  return screen.replaceAll('\r', '')
}

const CTRL_C = '\u0003'

describe('on a terminal', () => {
  const onTerminal = hasScript ? test : test.skip
  onTerminal.each([
    ['coloured', {}, true],
    ['plain with NO_COLOR', { NO_COLOR: '1' }, false],
  ])('events are %s', async (_, env, colored) => {
    const screen = await screenOf(env, port =>
      fetch(`http://127.0.0.1:${port}`, {
        method: 'POST',
        headers: STRUCTURED,
        body: sent('a', '{"n":0.10}'),
      }),
    )
    expect(stripVTControlCharacters(screen)).toContain('  "data": {\n    "n": 0.10\n  }\n}\n')
    expect(screen.includes('\u001B[36m"n"\u001B[39m: \u001B[33m0.10\u001B[39m')).toBe(colored)
    expect(screen.includes('\u001B')).toBe(colored)
  })
})
