import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { within } from '../../packages/testing/src/patience.ts'

export const ROOT = join(import.meta.dirname, '../..')

/** The keys of the public documents; the simulators accept them. */
export const AWS_KEYS = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
export const ALICLOUD_KEYS = { id: 'LTAI5t7eneojm6aeRKncB7V9', secret: '26Fno8k0F7jtL2hUIrm4JTRF16jPLL' }

/** A built app as a process, in a folder of its own. */
export interface App {
  readonly child: ChildProcess
  /** All of stdout and stderr so far. */
  output(): { readonly stdout: string; readonly stderr: string }
  /** Resolves when a text appears in the output; rejects when the process ends without it. */
  saw(text: string | RegExp): Promise<void>
  ended: Promise<number | null>
}

/** What a stop may take, whatever hangs: the product promises it. */
const STOP_MS = 8000

/** The exit code of an app that was told to stop. Throws where it takes longer than promised. */
export const endInTime = ({ ended }: App): Promise<number | null> =>
  within(STOP_MS, ended, `it has not ended within ${STOP_MS} ms`)

export interface Place {
  readonly folder: string
  /** Writes the configuration file and returns its path. */
  config(text: string): string
  start(name: string, args?: readonly string[], env?: Readonly<Record<string, string>>): App
  /** Starts, and waits for the end. */
  run(
    name: string,
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ code: number | null; stdout: string; stderr: string }>
}

/** The file of a program, or an app by its name. */
const programFile = (name: string): string =>
  isAbsolute(name) ? name : join(ROOT, 'apps', name, 'dist/main.js')

/** A folder with a configuration and a data directory. */
export function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'billow-'))
  mkdirSync(join(folder, 'data'))
  const file = join(folder, 'config.yml')
  const place: Place = {
    folder,
    config(text) {
      writeFileSync(file, text)
      return file
    },
    start(name, args = [], env = {}) {
      return watch(
        spawn(process.execPath, [programFile(name), ...args], {
          cwd: folder,
          env: {
            PATH: process.env['PATH'],
            CONNECTOR_CONFIG: file,
            BILLOW_DATA_DIR: join(folder, 'data'),
            ...env,
          },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      )
    },
    async run(name, args, env) {
      const app = place.start(name, args, env)
      const code = await app.ended
      return { code, ...app.output() }
    },
  }
  return place
}

function watch(child: ChildProcess): App {
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  const heard = (): void => {
    for (const listener of listeners) listener()
  }
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
    heard()
  })
  child.stderr?.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
    heard()
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    child,
    ended,
    output: () => ({ stdout, stderr }),
    saw(text) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const all = stdout + stderr
          if (typeof text === 'string' ? !all.includes(text) : !text.test(all)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        void ended.then(() => reject(new Error(`ended without ${text}:\n${stdout}${stderr}`)))
      })
    },
  }
}
