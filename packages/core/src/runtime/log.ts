import { Writable } from 'node:stream'
import { type Logger, pino, stdTimeFunctions } from 'pino'
import pretty from 'pino-pretty'

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type Level = (typeof LEVELS)[number]

export interface LogOptions {
  readonly level: Level
  /** Takes secrets out of a line. */
  readonly redact: (text: string) => string
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** Logs as lines of JSON, pretty on a terminal. stdout belongs to what commands and the display sink print. */
export function createLog({ level, redact, stream }: LogOptions): Logger {
  const plain = { write: (text: string) => void stream.write(redact(text)) }
  const sink = stream.isTTY
    ? pretty({ destination: throughWrite(plain.write), ignore: 'pid,hostname' })
    : plain
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
    },
    sink,
  )
}

function throughWrite(write: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _, done) {
      write(String(chunk))
      done()
    },
  })
}
