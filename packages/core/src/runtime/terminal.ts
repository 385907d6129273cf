import { createInterface } from 'node:readline/promises'
import type { Terminal } from '../command.ts'
import { UsageError } from '../errors.ts'

export interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

const CLEAR_LINE = '\r\u001B[2K'

export function createTerminal(
  { stdin, stdout, stderr }: Streams,
  redact: (text: string) => string,
): Terminal {
  let progressShown = false
  const clear = (): void => {
    if (progressShown) stderr.write(CLEAR_LINE)
    progressShown = false
  }
  return {
    print(line) {
      clear()
      stdout.write(`${redact(line)}\n`)
    },
    note(line) {
      clear()
      stderr.write(`${redact(line)}\n`)
    },
    progress(line) {
      if (!stderr.isTTY) return
      stderr.write(`${CLEAR_LINE}${redact(line)}`)
      progressShown = true
    },
    async confirm(question, { flag, signal }) {
      if (!stdin.isTTY)
        throw new UsageError(`this asks "${question}", and nobody is there to answer; give ${flag}`)
      const lines = createInterface({ input: stdin, output: stderr })
      try {
        return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim())
      } catch (error) {
        if (signal.aborted) return false
        throw error
      } finally {
        lines.close()
      }
    },
  }
}
