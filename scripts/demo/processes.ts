import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '../..')

/** A process of the demo. */
export interface Running {
  /** Resolves to the first line of stdout, or of the log, that fits. */
  line(fits: (line: string) => boolean): Promise<string>
  log(fits: (line: string) => boolean): Promise<string>
  /** Resolves to the exit code. */
  readonly ended: Promise<number>
  /** Sends SIGTERM and waits. */
  stop(): Promise<number>
}

export interface StartOptions {
  /** A file below the repository's root. */
  readonly script: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly onLine?: (line: string) => void
  readonly onLog?: (line: string) => void
}

/** Starts one of the programs with the Node that runs the demo. */
export function start(name: string, { script, args = [], env = {}, onLine, onLog }: StartOptions): Running {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const abandon = (): unknown => child.kill('SIGTERM')
  process.on('exit', abandon)
  child.once('exit', () => process.off('exit', abandon))
  const ended = once(child, 'close').then(([code]) => (code as number | null) ?? 1)
  const lines = createInterface({ input: child.stdout }).on('line', line => onLine?.(line))
  const logs = createInterface({ input: child.stderr }).on('line', line => onLog?.(line))
  const first = (from: typeof lines) => (fits: (line: string) => boolean) =>
    new Promise<string>((resolve, reject) => {
      from.on('line', line => {
        if (fits(line)) resolve(line)
      })
      void ended.then(code => reject(new Error(`${name} ended with ${code}`)))
    })
  return {
    line: first(lines),
    log: first(logs),
    ended,
    stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      return ended
    },
  }
}
