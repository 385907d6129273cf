import { performance } from 'node:perf_hooks'
import { describeError, type Lease, LeaseHeld, LeaseLost } from '@billow/core'
import { holderName } from '@billow/core/state'
import type { Database } from './database.ts'
import { openState } from './state.ts'

/**
 * Takes a connector's lease for some seconds by the server's clock, and renews it at each third of that time. Where it
 * cannot be renewed in time, it counts as lost here before the server gives it to another.
 */
export async function acquireLease(connector: string, database: Database, seconds: number): Promise<Lease> {
  const asked = performance.now()
  const { rows } = await database.query(TAKE, [connector, holderName(), seconds])
  if (rows.length === 0) throw new LeaseHeld(connector, await holderOf(connector, database))
  const token: string = rows[0].token

  const lost = new AbortController()
  const lose = (why: string): void => lost.abort(new LeaseLost(`${connector} ${why}`))
  const failed = async (): Promise<never> => {
    lose(`was taken over by ${await holderOf(connector, database)}`)
    throw lost.signal.reason
  }
  const stopRenewing = keepRenewed(asked, seconds * 1000, lose, async () => {
    const { rowCount } = await database.query(RENEW, [connector, token, seconds])
    if (rowCount === 0) await failed()
  })
  lost.signal.addEventListener('abort', stopRenewing, { once: true })

  return {
    state: openState(connector, database, {
      token,
      check: () => lost.signal.throwIfAborted(),
      fail: failed,
    }),
    lost: lost.signal,
    async release() {
      if (lost.signal.aborted) return
      lose('was given back')
      await database.query(GIVE, [connector, token])
    },
  }
}

/** Resolves nothing, throws nothing: what goes wrong ends in `lose`. Returns the way to stop. */
function keepRenewed(
  since: number,
  runs: number,
  lose: (why: string) => void,
  renew: () => Promise<void>,
): () => void {
  let why = ''
  let ended = false
  let expiry: NodeJS.Timeout | undefined
  let next: NodeJS.Timeout | undefined
  const hold = (from: number): void => {
    clearTimeout(expiry)
    if (ended) return
    expiry = setTimeout(
      () => lose(`could not be renewed in time${why}`),
      from + runs - performance.now(),
    ).unref()
  }
  const again = (wait: number): void => {
    if (!ended) next = setTimeout(() => void attempt(), wait).unref()
  }
  const attempt = async (): Promise<void> => {
    const asked = performance.now()
    try {
      await renew()
      hold(asked)
      again(runs / 3)
    } catch (error) {
      why = `: ${describeError(error)}`
      again(runs / 10)
    }
  }
  hold(since)
  again(runs / 3)
  return () => {
    ended = true
    clearTimeout(expiry)
    clearTimeout(next)
  }
}

async function holderOf(connector: string, database: Database): Promise<string> {
  const { rows } = await database.query('SELECT holder FROM billow_lease WHERE connector = $1', [connector])
  return rows[0]?.holder || 'another process'
}

const TAKE = `
  INSERT INTO billow_lease VALUES ($1, 1, $2, clock_timestamp() + make_interval(secs => $3))
  ON CONFLICT (connector) DO UPDATE SET token = billow_lease.token + 1, holder = $2, until = excluded.until
  WHERE billow_lease.until <= clock_timestamp() RETURNING token`
const RENEW = `
  UPDATE billow_lease SET until = clock_timestamp() + make_interval(secs => $3) WHERE connector = $1 AND token = $2`
const GIVE = `UPDATE billow_lease SET until = '-infinity' WHERE connector = $1 AND token = $2`
