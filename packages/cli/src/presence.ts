import type { Status } from '@billow/core'
import { dataDirectory, presences } from '@billow/core/health'

/** The socket of a process that runs a pipeline; no connector can have this name. */
export const PRESENCE = 'billow.pipeline'

/** What a running pipeline tells of itself. */
export interface Told {
  readonly ready: boolean
  readonly pid: number
  readonly connectors: readonly Status[]
}

/** Asks the pipeline that runs with this data directory; nothing where none does. */
export async function askPipeline(env: NodeJS.ProcessEnv): Promise<Told | undefined> {
  const [told] = await presences(dataDirectory(env), PRESENCE)
  return told as unknown as Told | undefined
}
