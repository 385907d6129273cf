import { start } from '@billow/core/launch'
import type { CliOptions } from './main.ts'

/** What a program that is `billow` brings of its own. */
export type BillowOptions = Pick<CliOptions, 'version' | 'files' | 'builtIn' | 'postgres'>

/** Starts `billow`; for `health` next to nothing of it is loaded. */
export const launch = (own: BillowOptions): Promise<void> =>
  start(
    async () => {
      const { main } = await import('./main.ts')
      return options => main({ ...own, ...options })
    },
    async () => (await import('./health.ts')).program,
  )
