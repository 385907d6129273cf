import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ChargeReport } from '../../soak/charges/soak.ts'
import type { KillReport } from '../../soak/kills/soak.ts'
import { ROOT } from '../support/app.ts'

/** Runs a soak to its end; the report has what its kind has. */
export async function soak(...args: string[]): Promise<{ code: number; report: KillReport & ChargeReport }> {
  const child = spawn(process.execPath, [join(ROOT, 'soak/main.ts'), ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  const stdout = await text(child.stdout)
  const [code] = (await ended) as [number]
  return { code, report: JSON.parse(stdout) as KillReport & ChargeReport }
}
