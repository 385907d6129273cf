import { readdirSync } from 'node:fs'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { ConfigError, Retryable } from '../errors.ts'
import { lockFile } from '../state/lock-file.ts'
import { createAdminServer, type Watch } from '../http/index.ts'
import type { Status } from '../status.ts'

/** What a running connector tells through its socket. */
export interface Presence extends Status {
  readonly pid: number
}

/** Unix sockets have short names: 104 bytes on macOS, 108 on Linux, a final zero included. */
const LONGEST_PATH = 103
const ANSWER_MS = 5000

/**
 * Listens on a socket in the data directory, so that `health` can ask. Who may work on a connector is not decided
 * here but by its lease.
 * @throws Retryable when another process is there.
 */
export async function announce(
  directory: string,
  name: string,
  watch: Watch,
): Promise<{ close(): Promise<void> }> {
  const path = join(directory, `${name}.sock`)
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new ConfigError(
      `BILLOW_DATA_DIR: found "${directory}", which is too long for the socket in it; allowed are ${LONGEST_PATH - Buffer.byteLength(`/${name}.sock`)} bytes`,
    )
  }
  // The socket alone does not decide: two processes that find the same dead one would both take it over.
  const unlock = lockFile(join(directory, `${name}.lock`))
  if (!unlock) {
    const other = await ask(path)
    throw new Retryable(
      `${name} is running already with the data directory "${directory}" (process ${other?.pid ?? 'unknown'}); stop it first, or give another BILLOW_DATA_DIR`,
    )
  }
  try {
    // A socket that a killed process left behind is taken over.
    const server = await createAdminServer({ ...watch, at: { path } })
    return { close: () => server.close().finally(unlock) }
  } catch (error) {
    unlock()
    throw error
  }
}

/** The connectors of this name that run with this data directory. */
export async function presences(directory: string, name: string): Promise<Presence[]> {
  let files: string[] = []
  try {
    files = readdirSync(directory)
  } catch {
    // No directory: nothing has run yet.
  }
  // A sink's has its port behind the name; another connector's may begin with the same letters.
  const sockets = files.filter(
    file => file.startsWith(name) && /^(-\d+)?\.sock$/.test(file.slice(name.length)),
  )
  const answers = await Promise.all(sockets.map(file => ask(join(directory, file))))
  return answers.filter(answer => answer !== undefined)
}

async function ask(socketPath: string): Promise<Presence | undefined> {
  const call = request({ socketPath, path: '/readyz', timeout: ANSWER_MS, agent: false })
  call.on('timeout', () => call.destroy(new Error('no answer')))
  try {
    call.end()
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk
    return JSON.parse(text) as Presence
  } catch {
    // Nobody listens: the process has ended.
    return undefined
  }
}
