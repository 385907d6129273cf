import type { Terminal } from '../command.ts'
import { contextOf } from '../connect/context.ts'
import { describeError } from '../errors.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import type { Program } from './program.ts'
import type { Session } from './session.ts'

interface Line {
  readonly part: string
  readonly ok: boolean
  readonly lines: readonly string[]
}

/** `check`: configuration, data directory, credentials, permission and target, a line each, with what to do. */
export async function check(
  { connector, source, sink }: Program,
  session: Session,
  terminal: Terminal,
  json: boolean,
): Promise<number> {
  const signal = new AbortController().signal
  const parts = [connector, source, sink].filter((part, index, all) => all.indexOf(part) === index)
  const results: Line[] = [
    { part: 'configuration', ok: true, lines: [session.file ?? 'no file: defaults and variables'] },
    { part: 'data directory', ok: true, lines: [session.data.directory] },
  ]
  let code: number = EXIT.ok
  for (const part of parts) {
    if (!part.check) continue
    try {
      results.push({
        part: part.name,
        ok: true,
        lines: await part.check(contextOf(session.side(connector.name), signal)),
      })
    } catch (error) {
      code ||= exitCodeOf(error)
      results.push({ part: part.name, ok: false, lines: [describeError(error)] })
    }
  }
  if (json) terminal.print(JSON.stringify({ ok: code === EXIT.ok, checks: results }))
  else for (const line of results.flatMap(format)) terminal.print(line)
  return code
}

function format({ part, ok, lines }: Line): string[] {
  return lines.map(line => `${ok ? 'ok    ' : 'failed'}  ${part}: ${line}`)
}
