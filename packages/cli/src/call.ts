import type { Terminal } from '@billow/core'

/** What a command of the program itself is handed. */
export interface Call {
  readonly env: NodeJS.ProcessEnv
  readonly terminal: Terminal
  readonly json: boolean
}
