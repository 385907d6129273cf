import type { Terminal } from '../command.ts'
import { createRedaction, type Redaction } from '../config/index.ts'
import { describeError } from '../errors.ts'
import { createTerminal, type Streams } from '../runtime/terminal.ts'
import { endOnUnexpected } from '../runtime/unexpected.ts'
import { exitCodeOf } from './exit-code.ts'

/**
 * Runs a program: an error becomes a line on stderr, without secrets, and an exit code.
 * @returns 0 done, 1 failed, 64 wrong command line, 75 try later, 77 no permission, 78 wrong configuration.
 */
export async function guard(
  streams: Streams,
  work: (terminal: Terminal, redaction: Redaction) => Promise<number>,
): Promise<number> {
  const redaction = createRedaction()
  const { redact } = redaction
  endOnUnexpected(line => streams.stderr.write(`${redact(line)}\n`))
  try {
    return await work(createTerminal(streams, redact), redaction)
  } catch (error) {
    streams.stderr.write(`${redact(linesOf(error))}\n`)
    return exitCodeOf(error)
  }
}

/** A configuration's faults keep their lines; everything else is one line. */
function linesOf(error: unknown): string {
  const faults = (error as { faults?: readonly string[] }).faults
  return faults ? faults.join('\n') : describeError(error)
}
