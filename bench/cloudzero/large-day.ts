// Keeps a day of many rows, and sends it: `large-day.ts URL ROWS`. Prints the most memory that the process held, in bytes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '@billow/core'
import { arrivals } from '../../packages/sink-cloudzero/src/arrivals.ts'
import { take } from '../../packages/sink-cloudzero/src/kept/take.ts'
import { charge, configFor, run, until, USD } from '../../packages/sink-cloudzero/test/support.ts'

const TOGETHER = 500
const [, , url = '', rows = '0'] = process.argv
const directory = mkdtempSync(join(tmpdir(), 'billow-'))
const store = openSqliteStore(join(directory, 'state.db'))
try {
  const state = store.open('sink-cloudzero')
  const arrivalOf = arrivals(configFor(url), [{ currency: 'USD', connection: USD }], [])
  for (let left = Number(rows); left > 0; left -= TOGETHER) {
    const some = Array.from({ length: Math.min(left, TOGETHER) }, () => arrivalOf(charge()))
    await state.transaction(keys => take(keys, some, new Date('2024-08-17T00:00:00Z')))
  }
  const sink = await run({ url }, { state, flush: { quiet: 60, max_age: 900, max_bytes: 500_000 } })
  await until(() => sink.log.some(line => line.includes('CloudZero has it')))
  await sink.stop()
  console.log(process.resourceUsage().maxRSS * 1024)
} finally {
  await store.close()
  rmSync(directory, { recursive: true, force: true })
}
