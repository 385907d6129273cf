import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { engine } from './container.ts'

/** A command of a document, typed into a terminal. */
export interface Typed {
  /** Resolves when the terminal shows the text; rejects when the command ends without it. */
  saw(text: string | RegExp): Promise<void>
  shown(): string
  readonly ended: Promise<number | null>
}

/** Shells in which `docker` is our engine, in a folder. Each has a terminal, since the documents write `-it`. */
export function terminals(folder: string): { type(command: string): Typed; close(): void } {
  const open: ChildProcess[] = []
  const docker = ['podman', ...engine.words].join(' ')
  return {
    type(command) {
      const line = `docker() { ${docker} "$@"; }\n${command}`
      const child = spawn('script', ['-qec', `bash -c "$LINE"`, '/dev/null'], {
        cwd: folder,
        env: { ...process.env, ...engine.env, LINE: line, PWD: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      open.push(child)
      return watched(child)
    },
    close() {
      for (const child of open) child.kill('SIGTERM')
    },
  }
}

function watched(child: ChildProcess): Typed {
  let text = ''
  const ended = once(child, 'close').then(([code]) => code as number | null)
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    text += stripVTControlCharacters(chunk).replaceAll('\r', '')
  })
  child.stderr?.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  return {
    ended,
    shown: () => text,
    saw(wanted) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) resolve()
        }
        child.stdout?.on('data', look)
        look()
        void ended.then(() => reject(new Error(`ended without ${wanted}:\n${text}`)))
      })
    },
  }
}
