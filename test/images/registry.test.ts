import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freePort } from '../../packages/core/test/support/port.ts'
import { APPS } from '../../scripts/images/apps.ts'
import { engine, imageOf, runToEnd } from './support/container.ts'

let registry: string
let close: () => Promise<void>
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'billow-registry-'))
  const port = await freePort()
  const file = join(folder, 'registry.yml')
  writeFileSync(
    file,
    `version: 0.1\nstorage: { filesystem: { rootdirectory: ${folder}/data } }\nhttp: { addr: "127.0.0.1:${port}" }\n`,
  )
  const child = spawn('docker-registry', ['serve', file], { stdio: 'ignore' })
  const ended = once(child, 'close')
  registry = `127.0.0.1:${port}`
  close = async () => {
    child.kill('SIGTERM')
    await ended
  }
  while (!(await fetch(`http://${registry}/v2/`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error('docker-registry does not start')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
})
afterAll(() => close())

describe.each(APPS)('$name', ({ name, version }) => {
  test('is pushed, pulled back by its digest, and is the same program', async () => {
    const there = `${registry}/billow/${name}:${version}`
    const digestFile = join(mkdtempSync(join(tmpdir(), 'billow-digest-')), 'digest')
    await engine.podman(['push', '--tls-verify=false', '--digestfile', digestFile, imageOf(name), there])
    const { headers } = await fetch(`http://${registry}/v2/billow/${name}/manifests/${version}`, {
      method: 'HEAD',
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    })
    const digest = headers.get('docker-content-digest') ?? ''
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    const pinned = `${registry}/billow/${name}@${digest}`
    await engine.podman(['pull', '--tls-verify=false', pinned])
    expect(await runToEnd(pinned, '--version')).toMatchObject({ code: 0, stdout: `${name} ${version}\n` })
  })
})
