import { BillowError } from '@billow/core'
import type { Query } from './database.ts'

/** Forward only, one step a version. A step that has shipped is never changed. */
const STEPS = [
  // Code points decide the order, whatever the database's own collation is.
  `CREATE TABLE billow_state (
     connector text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, value text NOT NULL,
     PRIMARY KEY (connector, key));
   CREATE TABLE billow_lease (
     connector text COLLATE "C" PRIMARY KEY, token bigint NOT NULL, holder text NOT NULL, until timestamptz NOT NULL)`,
]

/** What a user needs who is not the owner; without CREATE once the tables are there. */
export const GRANTS =
  'GRANT USAGE, CREATE ON SCHEMA public TO billow; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO billow'

/** Of those who come at once, one does it. The number is nobody else's. */
const LOCK = 'SELECT pg_advisory_xact_lock(7163290411)'

export async function migrate(query: Query): Promise<void> {
  const found = await version(query)
  if (found > STEPS.length) {
    throw new BillowError(
      `the state was written by a newer Billow (its schema is ${found}, this one knows ${STEPS.length}): run the newer version, or give another database`,
    )
  }
  if (found === STEPS.length) return
  await query('BEGIN')
  await query(LOCK)
  await query('CREATE TABLE IF NOT EXISTS billow_schema (version integer NOT NULL)')
  // Another replica may have been first.
  for (const step of STEPS.slice(await version(query))) await query(step)
  await query('DELETE FROM billow_schema')
  await query('INSERT INTO billow_schema VALUES ($1)', [STEPS.length])
  await query('COMMIT')
}

/** 0 where there is nothing yet. */
async function version(query: Query): Promise<number> {
  const { rows: tables } = await query("SELECT to_regclass('billow_schema') AS name")
  if (tables[0].name === null) return 0
  const { rows } = await query('SELECT version FROM billow_schema')
  return rows[0]?.version ?? 0
}
