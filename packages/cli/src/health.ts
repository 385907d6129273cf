import { dataDirectory, EXIT, type HealthCall, healthProgram, isHealthy } from '@billow/core/health'
import { askPipeline } from './presence.ts'

/** `health`: 0 when a pipeline runs with this data directory, and every connector of it as it should. */
export async function health({ env, terminal, json }: HealthCall): Promise<number> {
  const told = await askPipeline(env)
  const healthy = told !== undefined && told.connectors.every(({ state }) => isHealthy(state))
  if (json) terminal.print(JSON.stringify({ healthy, ...told }))
  else if (!told) terminal.print(`no pipeline runs with the data directory "${dataDirectory(env)}"`)
  for (const { name, state, since, reason } of json ? [] : (told?.connectors ?? [])) {
    terminal.print(`${name} is ${state} since ${since}${reason ? `: ${reason}` : ''}`)
  }
  return healthy ? EXIT.ok : EXIT.failed
}

/** A program that can do nothing else. */
export const program = healthProgram(health)
