import { type Logger, pino } from 'pino'

/** A log that keeps its lines, and tells of each as an object. */
export interface KeptLog {
  readonly log: Logger
  readonly lines: readonly string[]
}

export function keptLog(onLine: (line: Readonly<Record<string, unknown>>) => void): KeptLog {
  const lines: string[] = []
  const write = (text: string): void => {
    lines.push(text)
    onLine(JSON.parse(text) as Readonly<Record<string, unknown>>)
  }
  return { log: pino({ level: 'trace', base: null }, { write }), lines }
}
