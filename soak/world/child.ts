import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A program that is run and killed. */
export interface Child {
  signal(name: 'SIGTERM' | 'SIGKILL'): void
  readonly exited: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>
}

export interface ChildOptions {
  readonly script: string
  readonly args?: readonly string[]
  /** Modules that are loaded before it. */
  readonly preload?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Told each line of its log. */
  readonly onLine: (line: string) => void
}

/** Starts a program in an environment of its own. It ends with this process at the latest. */
export function startChild({ script, args = [], preload = [], env, onLine }: ChildOptions): Child {
  const before = preload.flatMap(module => ['--import', module])
  const child = spawn(process.execPath, [...process.execArgv, ...before, script, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const abandon = (): unknown => child.kill('SIGKILL')
  process.on('exit', abandon)
  createInterface({ input: child.stderr }).on('line', onLine)
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  return {
    signal: name => void child.kill(name),
    exited: exited.finally(() => process.off('exit', abandon)),
  }
}
