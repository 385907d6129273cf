import type { Terminal } from '../command.ts'
import { contextOf } from '../connect/context.ts'
import { describeError } from '../errors.ts'
import type { Host } from '../pipeline/host.ts'
import { type Link, partsOf } from '../pipeline/link.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import type { LinkCall } from './link-commands.ts'

/** What was seen of a part, or what is wrong with it. */
export interface Finding {
  readonly part: string
  readonly ok: boolean
  readonly lines: readonly string[]
}

/** `check`: configuration, data directory, state, credentials, permission and target, a line each, with what to do. */
export async function check({ link, host, file, options, terminal }: LinkCall): Promise<number> {
  const { findings, code } = await examine(link, host)
  const checks = [...ground(host, file), ...findings]
  if (options['json'] === true) terminal.print(JSON.stringify({ ok: code === EXIT.ok, checks }))
  else printFindings(checks, terminal)
  return code
}

/** What every connector of a process stands on. */
export const ground = (host: Host, file: string | undefined): Finding[] => [
  { part: 'configuration', ok: true, lines: [file ?? 'no file: defaults and variables'] },
  { part: 'data directory', ok: true, lines: [host.data.directory] },
]

/** Asks each part of a link. */
export async function examine(
  link: Link,
  host: Host,
): Promise<{ readonly findings: readonly Finding[]; readonly code: number }> {
  const signal = new AbortController().signal
  const findings: Finding[] = []
  let code: number = EXIT.ok
  const ask = async (part: string, look: () => Promise<readonly string[]>): Promise<void> => {
    try {
      findings.push({ part, ok: true, lines: await look() })
    } catch (error) {
      code ||= exitCodeOf(error)
      findings.push({ part, ok: false, lines: [describeError(error)] })
    }
  }
  await ask('state', async () => {
    const { state } = host.side(link, link.part)
    await state.get('check')
    return [state.place]
  })
  for (const part of partsOf(link)) {
    const { connector } = part
    if (!connector.check) continue
    await ask(connector.name, async () => connector.check?.(contextOf(host.side(link, part), signal)) ?? [])
  }
  return { findings, code }
}

export function printFindings(findings: readonly Finding[], terminal: Terminal): void {
  for (const { part, ok, lines } of findings) {
    for (const line of lines) terminal.print(`${ok ? 'ok    ' : 'failed'}  ${part}: ${line}`)
  }
}
