import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../../core/test/support/port.ts'
import { findPrograms, type Programs } from './programs.ts'

/** A real PostgreSQL server of a test's own. */
export interface Server {
  /** For the owner of all. */
  readonly url: string
  /** The same place for another user, database or with parameters. */
  urlOf(parts: { user?: string; password?: string; database?: string; search?: string }): string
  /** One question on a connection of its own. */
  sql(text: string, database?: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends it and takes away what it kept. */
  close(): Promise<void>
}

const PASSWORD = 'pass word/1'

// What this machine says of a server of its own, such as PGSSLMODE, is not about this one.
for (const name of Object.keys(process.env)) if (name.startsWith('PG')) delete process.env[name]

/** Nothing, said with a word, where npm has no PostgreSQL for this platform. */
export async function startServer(): Promise<Server | undefined> {
  // As root the server is another user, who must get there, whatever TMPDIR is.
  const place = mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'billow-postgres-'))
  chmodSync(place, 0o755)
  const programs = findPrograms(place)
  if (!programs) {
    rmSync(place, { recursive: true })
    process.stderr.write(
      `the tests of PostgreSQL are skipped: there is none for ${process.platform} ${process.arch}\n`,
    )
    return undefined
  }
  const data = join(place, 'data')
  initialise(programs, place, data)
  const port = await freePort()
  let child = await run(programs, data, port)
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    await ended
  }
  const urlOf: Server['urlOf'] = ({
    user = 'owner',
    password = PASSWORD,
    database = 'postgres',
    search = '',
  }) => `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}${search}`
  return {
    url: urlOf({}),
    urlOf,
    async sql(text, database = 'postgres') {
      const client = new pg.Client({ connectionString: urlOf({ database }) })
      await client.connect()
      try {
        return (await client.query(text)).rows
      } finally {
        await client.end()
      }
    },
    stop,
    async start() {
      child = await run(programs, data, port)
    },
    async close() {
      await stop()
      rmSync(place, { recursive: true, force: true })
    },
  }
}

/** For the programs: messages are in English, whatever the machine speaks. */
const env = { LC_ALL: 'C' }

function initialise({ initdb, user }: Programs, place: string, data: string): void {
  const secret = join(place, 'password')
  writeFileSync(secret, PASSWORD)
  mkdirSync(data)
  if (user) for (const path of [secret, data]) chownSync(path, user.uid, user.gid)
  const flags = ['--username=owner', '--auth=password', `--pwfile=${secret}`, '--encoding=UTF8', '--no-sync']
  // A collation that sorts words as people do: ours must not depend on it.
  const collation = ['--locale-provider=icu', '--icu-locale=en']
  execFileSync(initdb, [`--pgdata=${data}`, ...flags, ...collation], {
    ...user,
    env,
    cwd: place,
    stdio: 'pipe',
  })
}

/** Resolves once it takes connections; rejects with what it said where it ends before. */
async function run({ postgres, user }: Programs, data: string, port: number): Promise<ChildProcess> {
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(postgres, ['-D', data, ...flags], {
    ...user,
    env,
    cwd: data,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  process.once('exit', () => child.kill('SIGQUIT'))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('ready to accept connections')) resolve()
    })
    child.on('error', reject)
    child.on('close', () => reject(new Error(`PostgreSQL ended: ${said}`)))
  })
  return child
}
