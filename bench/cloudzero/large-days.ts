import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openMonthDoor } from './month-door.ts'

/** Not enough for the rows of a large day, as objects or as texts: where they are held, the process ends. */
export const HEAP_MB = 64

export interface LargeDay {
  readonly rows: number
  readonly parts: number
  /** Bytes that the process held at the most. */
  readonly peak: number
}

/** The young generation too is small, so that the figure is what is needed and not what V8 takes where it may. */
const FLAGS = ['--conditions=billow-source', `--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=4']

/** Keeps a day of so many rows, and sends it in parts, each time in a process of its own with a small heap. */
export async function sendLargeDays(sizes: readonly number[]): Promise<LargeDay[]> {
  const days: LargeDay[] = []
  for (const rows of sizes) {
    const door = await openMonthDoor()
    try {
      const program = join(import.meta.dirname, 'large-day.ts')
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...FLAGS,
        program,
        door.url,
        String(rows),
      ])
      days.push({ rows, parts: door.parts(), peak: Number(stdout) })
    } finally {
      await door.close()
    }
  }
  return days
}
