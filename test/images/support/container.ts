import { afterEach } from '@jest/globals'
import { REGISTRY } from '../../../scripts/images/build.ts'
import { type Engine, openEngine } from '../../../scripts/images/engine.ts'
import type { Ended } from '../../../scripts/images/shell.ts'

const LOOK_MS = 200

/** The engine with the images that `images check` built. */
export const engine: Engine = await openEngine(process.env['BILLOW_IMAGES'] ?? '')

export const imageOf = (app: string): string => `${REGISTRY}/${app}`

/** A container that runs in the background. */
export interface Container {
  readonly id: string
  /** All that it printed: stdout and the log. */
  printed(): Promise<string>
  /** Resolves when the text is printed; rejects when the container ends without it. */
  saw(text: string | RegExp): Promise<void>
  /** As an engine asks for it: with the image's own HEALTHCHECK. */
  healthy(): Promise<boolean>
  /** Resolves when it is healthy; rejects when it ends before. */
  turnsHealthy(): Promise<void>
  /** What `inspect` says at this path of its answer. */
  is(path: string): Promise<string>
  /** Resolves to the exit code. */
  stop(): Promise<number>
  ended(): Promise<number>
}

const started: string[] = []
afterEach(async () => {
  for (const id of started.splice(0)) await engine.attempt(['rm', '-f', '-v', '-t', '0', id])
})

/** Starts a container: the words of `podman run` up to its end, without `-d`. */
export async function start(...words: readonly string[]): Promise<Container> {
  const id = (await engine.podman(['run', '-d', '--pull=never', ...words])).trim()
  started.push(id)
  return containerOf(id)
}

export function containerOf(id: string): Container {
  const printed = async (): Promise<string> => {
    const { stdout, stderr } = await engine.attempt(['logs', id])
    return stdout + stderr
  }
  const is = async (path: string) =>
    (await engine.podman(['inspect', '--type=container', '--format', `{{${path}}}`, id])).trim()
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) {
      if ((await is('.State.Running')) !== 'true' && !(await holds()))
        throw new Error(`ended before ${what}:\n${await printed()}`)
      await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
  }
  const container: Container = {
    id,
    printed,
    is,
    saw: text =>
      until(`it printed ${text}`, async () => {
        const all = await printed()
        return typeof text === 'string' ? all.includes(text) : text.test(all)
      }),
    healthy: async () => (await engine.attempt(['healthcheck', 'run', id])).code === 0,
    turnsHealthy: () => until('it was healthy', container.healthy),
    async stop() {
      await engine.podman(['stop', '-t', '10', id])
      return container.ended()
    },
    async ended() {
      await engine.podman(['wait', id])
      return Number(await is('.State.ExitCode'))
    },
  }
  return container
}

/** Runs a container to its end. */
export const runToEnd = (...words: readonly string[]): Promise<Ended> =>
  engine.attempt(['run', '--rm', '--pull=never', '--network=host', ...words])
