import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Logger } from 'pino'
import type { Secret } from '../config/index.ts'
import { ConfigError } from '../errors.ts'
import { openMemoryStore } from '../state/memory.ts'
import { openSqliteStore } from '../state/sqlite.ts'
import type { StateStore } from '../state/state.ts'
import type { StoreConfig } from './store-config.ts'

/** What the package of the PostgreSQL store exports. */
export interface PostgresModule {
  openPostgresStore(options: { readonly url: string; readonly leaseSeconds?: number }): StateStore
}
export type PostgresLoader = () => Promise<PostgresModule>

const PACKAGE = '@billow/state-postgres'

/**
 * Finds the store that the configuration names; it is opened when it is first needed.
 * @throws ConfigError where the package of the store is not installed.
 */
export async function storeOpener(
  { type, url, lease_seconds }: StoreConfig,
  {
    file,
    log,
    postgres = findPostgres,
  }: { file: string; log: Logger; postgres?: PostgresLoader | undefined },
): Promise<() => StateStore> {
  if (type === 'file') return () => openSqliteStore(file)
  if (type === 'memory') {
    return () => {
      log.warn(
        'store_config.type is memory, so nothing is kept: a restart begins anew, sends the newest billing day again with the same ids, and knows nothing of missed days and dead letters',
      )
      return openMemoryStore()
    }
  }
  const { openPostgresStore } = await postgres()
  return () =>
    openPostgresStore({
      url: (url as Secret).reveal(),
      ...(lease_seconds !== undefined && { leaseSeconds: lease_seconds }),
    })
}

/** Only who uses it installs it: beside this package, or in the project that is run. */
async function findPostgres(): Promise<PostgresModule> {
  const project = createRequire(join(process.cwd(), 'package.json'))
  try {
    return (await import(PACKAGE)) as PostgresModule
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
  }
  try {
    return (await import(pathToFileURL(project.resolve(PACKAGE)).href)) as PostgresModule
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    throw new ConfigError(
      `store_config.type: postgres needs the package ${PACKAGE}, which is not installed; install it beside this program: npm install ${PACKAGE}`,
    )
  }
}
