import { UsageError } from '@billow/core'
import { type Pages, queryOf } from '../admin.ts'
import type { WireRequest } from '../wire.ts'
import type { CloudzeroSimulator } from './simulator.ts'
import { readMonth } from './times.ts'

/** What can be asked under `/_simulator/`, beside what every double has. */
export function cloudzeroPages(seen: Pick<CloudzeroSimulator, 'rows' | 'totals' | 'drops'>): Pages {
  return {
    'GET drops': () => ({ drops: seen.drops() }),
    'GET rows?connection=&month=': request => ({ rows: seen.rows(...monthOf(request)) }),
    'GET totals?connection=&month=': request => ({ totals: seen.totals(...monthOf(request)) }),
  }
}

function monthOf(request: WireRequest): [connection: string, month: string] {
  const { connection = '', month = '' } = queryOf(request)
  if (!connection) throw new UsageError('connection: give the connection id of a stream')
  if (readMonth(month) !== month)
    throw new UsageError(`month: found "${month}"; give a month such as 2024-08`)
  return [connection, month]
}
