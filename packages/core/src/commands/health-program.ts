import type { Terminal } from '../command.ts'
import { endOnUnexpected } from '../runtime/unexpected.ts'
import type { MainOptions } from './main.ts'

// A container is asked for its health twice a minute for as long as it lives. So what answers loads neither the
// configuration nor the state, no connector and no library.

export interface HealthCall {
  readonly env: NodeJS.ProcessEnv
  readonly terminal: Pick<Terminal, 'print'>
  readonly json: boolean
}

/** A program that can do nothing else, for lines that ask for health alone. */
export const healthProgram =
  (health: (call: HealthCall) => Promise<number>) =>
  ({ argv, env, streams }: MainOptions): Promise<number> => {
    endOnUnexpected(line => streams.stderr.write(`${line}\n`))
    const terminal = { print: (line: string) => void streams.stdout.write(`${line}\n`) }
    return health({ env, terminal, json: argv.includes('--json') })
  }
