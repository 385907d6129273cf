import {
  EXIT,
  examine,
  type Finding,
  ground,
  type Host,
  type Plan,
  printFindings,
} from '@billow/core/program'
import type { Call } from './call.ts'

/** `check` of a whole file: every part of every connector, a line each. */
export async function checkAll(plan: Plan, host: Host, { terminal, json }: Call): Promise<number> {
  const checks: Finding[] = ground(host, plan.file)
  let code: number = EXIT.ok
  for (const link of plan.links) {
    const result = await examine(link, host)
    code ||= result.code
    checks.push(...result.findings.map(found => ({ ...found, part: `${link.name}: ${found.part}` })))
  }
  if (json) terminal.print(JSON.stringify({ ok: code === EXIT.ok, checks }))
  else printFindings(checks, terminal)
  return code
}
