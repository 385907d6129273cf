import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '@billow/core'
import { decode } from '../../packages/core/src/cloudevents/index.ts'
import { arrivals } from '../../packages/sink-cloudzero/src/arrivals.ts'
import { take } from '../../packages/sink-cloudzero/src/kept/take.ts'
import { COLUMNS, USD } from '../../packages/sink-cloudzero/test/support.ts'
import { eventOf } from '../events.ts'
import { type Arm, type Measured, measure } from '../measure.ts'

/** Events that share a commit. */
const TOGETHER = 100
const headers = { 'content-type': ['application/cloudevents+json'] }

let number = 0
const bodies = (): readonly Buffer[] =>
  Array.from({ length: TOGETHER }, () => Buffer.from(JSON.stringify(eventOf('aws', (number += 1)))))

/** What has to be done at least: a row of each event is on the disk. */
function floor(file: string): () => void {
  const database = new DatabaseSync(file)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (id TEXT PRIMARY KEY, text TEXT)',
  )
  const insert = database.prepare('INSERT OR REPLACE INTO row VALUES (?, ?)')
  return () => {
    database.exec('BEGIN IMMEDIATE')
    for (const body of bodies()) {
      const { id, data } = JSON.parse(body.toString())
      const row = {
        'lineitem/id': id,
        'lineitem/type': 'Usage',
        'time/usage_start': `${data.date}T00:00:00Z`,
        'resource/service': data.service,
        'cost/cost': data.netUnblendedCost.amount,
        'cost/amortized_cost': data.netAmortizedCost.amount,
      }
      insert.run(id, JSON.stringify(row))
    }
    database.exec('COMMIT')
  }
}

function billow(file: string): () => Promise<unknown> {
  const state = openSqliteStore(file).open('sink-cloudzero')
  const defaults = { BillingAccountId: '123456789012' }
  const arrivalOf = arrivals(
    { columns: COLUMNS, tags: true, focus: { defaults } },
    [{ currency: 'USD', connection: USD }],
    [],
  )
  return () => {
    const rows = bodies().flatMap(body => decode(headers, body).events.map(arrivalOf))
    return state.transaction(keys => take(keys, rows, new Date()))
  }
}

/** CPU time of the sink, from the body of a request to the disk, an event. No other program does this job in Node. */
export async function compareTaking(quick: boolean): Promise<Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), 'billow-'))
  const file = (name: string): string => join(directory, `${name}.db`)
  const arms: readonly Arm[] = [
    { name: 'JSON.parse and node:sqlite, the floor', run: floor(file('floor')) },
    { name: 'the floor again', run: floor(file('again')) },
    { name: 'Billow', run: billow(file('billow')) },
  ]
  try {
    const measured = await measure(arms, quick ? { rounds: 1, count: 5 } : { rounds: 7, count: 100 })
    return measured.map(({ cpu: { median, least, most }, ...one }) => ({
      ...one,
      cpu: { median: median / TOGETHER, least: least / TOGETHER, most: most / TOGETHER },
    }))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
