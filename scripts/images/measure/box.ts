import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { REGISTRY } from '../build.ts'
import type { Engine } from '../engine.ts'

/** A container that is measured; its process is seen from outside. */
export interface Box {
  readonly pid: number
  /** Milliseconds from its start to its first 200 of /readyz. */
  readonly startMs: number
  /** What `inspect` says at this path of its answer. */
  is(path: string): Promise<string>
  /** As an engine asks for it: with the image's own HEALTHCHECK. */
  healthy(): Promise<boolean>
  remove(): Promise<void>
}

export interface BoxOptions {
  readonly app: string
  /** The text of its configuration file. */
  readonly config: string
  /** Where a sink receives, or a source's admin server is to be: `/readyz` is waited for there, if it is given. */
  readonly port?: number
  /** Bytes that it may use. */
  readonly limit?: number
  /** The words behind the image. */
  readonly words?: readonly string[]
}

const LOOK_MS = 5
const LONGEST_MS = 60_000

/** Starts an image's container; throws when it ends before it is ready. */
export async function startBox(engine: Engine, options: BoxOptions): Promise<Box> {
  const { app, config, port, limit, words = [] } = options
  const folder = mkdtempSync(join(engine.place, 'box-'))
  chmodSync(engine.place, 0o755)
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, app === 'billow' ? 'pipeline.yml' : 'config.yml'), config)
  const created = await engine.podman([
    'create',
    '--pull=never',
    '--network=host',
    ...(limit === undefined ? [] : [`--memory=${limit}`, `--memory-swap=${limit}`]),
    ...(port === undefined || !app.startsWith('source-') ? [] : ['-e', `CONNECTOR_ADMIN_PORT=${port}`]),
    '-v',
    `${folder}:/vanus-connect/config`,
    `${REGISTRY}/${app}`,
    ...words,
  ])
  const id = created.trim()
  const is = async (path: string): Promise<string> =>
    (await engine.podman(['inspect', '--type=container', '--format', `{{${path}}}`, id])).trim()
  const remove = async (): Promise<void> => {
    await engine.attempt(['rm', '-f', '-v', '-t', '0', id])
  }
  try {
    const began = performance.now()
    await engine.podman(['start', id])
    if (port !== undefined) await untilReady(port)
    const startMs = performance.now() - began
    const healthy = async (): Promise<boolean> =>
      (await engine.attempt(['healthcheck', 'run', id])).code === 0
    return { pid: Number(await is('.State.Pid')), startMs, is, healthy, remove }
  } catch (error) {
    const { stderr } = await engine.attempt(['logs', id])
    await remove()
    throw new Error(`the container of ${app} does not start:\n${stderr}`, { cause: error })
  }
}

async function untilReady(port: number): Promise<void> {
  const end = performance.now() + LONGEST_MS
  while ((await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok !== true) {
    if (performance.now() > end) throw new Error(`not ready after ${LONGEST_MS} ms`)
    await wait(LOOK_MS)
  }
}
