import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const exec = promisify(execFile)
const MUCH = 64 * 1024 * 1024

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface How {
  readonly cwd?: string
  /** Beside this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a program to its end, whatever its exit code. A program that is not there ends with 127. */
export async function attempt(program: string, args: readonly string[], how: How = {}): Promise<Ended> {
  const options = { maxBuffer: MUCH, cwd: how.cwd, env: { ...process.env, ...how.env } }
  try {
    return { code: 0, ...(await exec(program, [...args], options)) }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code: unknown; stdout?: string; stderr?: string }
    if (code === 'ENOENT') return { code: 127, stdout, stderr: `${program} is not installed` }
    return { code: typeof code === 'number' ? code : 1, stdout, stderr }
  }
}

/** Runs a program, and throws with what it said when it fails. */
export async function run(program: string, args: readonly string[], how?: How): Promise<string> {
  const { code, stdout, stderr } = await attempt(program, args, how)
  if (code !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`.trim())
  return stdout
}
