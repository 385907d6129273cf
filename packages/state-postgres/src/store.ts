import type { StateStore } from '@billow/core'
import { connectTo } from './database.ts'
import { acquireLease } from './lease.ts'
import { openState } from './state.ts'

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database?sslmode=…` */
  readonly url: string
  /** How long a replica that falls silent keeps its leases, in seconds; 15 if left out. */
  readonly leaseSeconds?: number
}

const LEASE_SECONDS = 15

/**
 * Opens the states in a PostgreSQL database, which any number of processes may share. Nothing is asked of the server
 * before it is needed; its tables are made by whoever comes first.
 * What fails later is a StateError where it may work again, an AuthError or a ConfigError that says what to do elsewhere.
 */
export function openPostgresStore({ url, leaseSeconds = LEASE_SECONDS }: PostgresStoreOptions): StateStore {
  const database = connectTo(url, leaseSeconds)
  return {
    open: connector => openState(connector, database),
    acquire: connector => acquireLease(connector, database, leaseSeconds),
    close: () => database.close(),
  }
}
