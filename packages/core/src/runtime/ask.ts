import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Status } from '../status.ts'

/** What a running connector tells through its socket. */
export interface Presence extends Status {
  readonly pid: number
}

const ANSWER_MS = 5000

// As an import it would bring fetch and WebSocket along, which nobody here needs: half of what `health` would cost.
const { request } = process.getBuiltinModule('node:http')

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

/** What the process behind a socket says; nothing where there is none. */
export async function ask(socketPath: string): Promise<Presence | undefined> {
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
