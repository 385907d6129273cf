import { execFile } from 'node:child_process'

export interface RunOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Runs a program to its end and resolves to its stdout.
 * @throws Error with the command and the end of all that it printed, where it does not end with 0 within 5 minutes
 */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env }: RunOptions = {},
): Promise<string> {
  const options = {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 1 << 26,
  } as const
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-30).join('\n')
      return reject(
        new Error(`${[program, ...args].join(' ')} ended with ${error.code ?? error.signal}:\n${said}`),
      )
    }).stdin?.end()
  })
}
