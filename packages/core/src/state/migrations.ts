import type { DatabaseSync } from 'node:sqlite'
import { BillowError } from '../errors.ts'

/** Forward only, one step a version. A step that has shipped is never changed. */
const STEPS = [
  // With a rowid: without one, every value of more than about 1 KB would take a page of its own.
  'CREATE TABLE state (connector TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (connector, key))',
  'CREATE TABLE lease (connector TEXT PRIMARY KEY, token INTEGER NOT NULL, holder TEXT NOT NULL)',
]

export function migrate(database: DatabaseSync): void {
  const found = version(database)
  if (found > STEPS.length) {
    throw new BillowError(
      `the state was written by a newer Billow (its schema is ${found}, this one knows ${STEPS.length}): run the newer version, or give another directory`,
    )
  }
  if (found === STEPS.length) return
  database.exec('BEGIN IMMEDIATE')
  // Another process may have been first.
  for (const step of STEPS.slice(version(database))) database.exec(step)
  database.exec(`PRAGMA user_version = ${STEPS.length}; COMMIT`)
}

function version(database: DatabaseSync): number {
  return database.prepare('PRAGMA user_version').get()?.['user_version'] as number
}
