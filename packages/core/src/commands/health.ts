import { presences } from '../runtime/ask.ts'
import { dataDirectory } from '../runtime/data-directory.ts'
import { isHealthy } from '../status.ts'
import { EXIT } from './exit-code.ts'
import type { HealthCall } from './health-program.ts'

/** `health`: asks the running process through its socket; 0 when it runs as it should. */
export async function health(name: string, { env, terminal, json }: HealthCall): Promise<number> {
  const directory = dataDirectory(env)
  const running = await presences(directory, name)
  const healthy = running.length > 0 && running.every(({ state }) => isHealthy(state))
  if (json) {
    terminal.print(JSON.stringify({ healthy, running }))
  } else if (running.length === 0) {
    terminal.print(`${name} does not run with the data directory "${directory}"`)
  }
  for (const { state, since, reason, pid } of json ? [] : running) {
    terminal.print(`${name} is ${state} since ${since} (process ${pid})${reason ? `: ${reason}` : ''}`)
  }
  return healthy ? EXIT.ok : EXIT.failed
}
