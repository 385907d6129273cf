import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { Agent } from 'undici'
import { ConfigError } from '../../src/errors.ts'
import { createAdminServer } from '../../src/http/index.ts'
import { atEnd, serve } from './fixtures.ts'
import { ask } from './receiving.ts'

const readiness = () => ({ ready: false, body: { state: 'starting' } })

async function socketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'billow-'))
  atEnd(() => rm(folder, { recursive: true }))
  return join(folder, 'health.sock')
}

async function open(at: Parameters<typeof createAdminServer>[0]['at']) {
  const server = await createAdminServer({ readiness, at })
  atEnd(() => server.close())
  return server
}

test('is on a port, with /healthz and /readyz and nothing else', async () => {
  const { port } = await open({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${port}`
  expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, json: { status: 'alive' } })
  expect(await ask(`${url}/readyz`)).toMatchObject({ status: 503, json: { state: 'starting' } })
  for (const method of ['GET', 'POST'] as const) {
    expect(await ask(url, { method })).toMatchObject({ status: 404, json: { error: expect.any(String) } })
  }
})

test('names its own key where the port is in use', async () => {
  const port = Number(new URL((await serve()).url).port)
  const opening = createAdminServer({
    readiness,
    at: { port, host: '127.0.0.1', key: 'CONNECTOR_ADMIN_PORT' },
  })
  await expect(opening).rejects.toThrow(ConfigError)
  await expect(opening).rejects.toThrow(`CONNECTOR_ADMIN_PORT: ${port} is in use`)
})

test('is on a Unix socket, also where a killed process left one behind', async () => {
  const path = await socketPath()
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL')
  const { port } = await open({ path })
  expect(port).toBeUndefined()
  const dispatcher = new Agent({ connect: { socketPath: path } })
  atEnd(() => dispatcher.destroy())
  expect(await ask('http://localhost/readyz', { dispatcher })).toMatchObject({ status: 503 })
})

test('takes no socket from a process that lives', async () => {
  const path = await socketPath()
  const other = createServer().listen(path)
  atEnd(async () => {
    other.close()
    await once(other, 'close')
  })
  await once(other, 'listening')
  await expect(createAdminServer({ readiness, at: { path } })).rejects.toThrow('EADDRINUSE')
})
