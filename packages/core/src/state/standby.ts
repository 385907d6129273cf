import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { pauseAfter } from '../connect/pause.ts'
import { AuthError, describeError, LeaseHeld, Retryable } from '../errors.ts'
import type { StatusCell } from '../status.ts'
import { acquireAll } from './leases.ts'
import type { Lease, StateStore } from './state.ts'

export interface StandbyOptions {
  readonly store: StateStore
  readonly connector: string
  /** What else only one may work on: a lease each, beside the connector's. */
  readonly claims?: readonly string[] | undefined
  readonly log: Logger
  readonly clock: Clock
  readonly status: StatusCell
  readonly stop: AbortSignal
  readonly random?: () => number
}

/**
 * Does work under the connector's lease, and those that it claims, until the work ends or `stop` aborts. While another process has one of
 * them, this one stands by. Work whose lease is lost must end by itself, at `lease.lost`; it begins again with the next lease.
 */
export async function underLease(
  work: (lease: Lease) => Promise<void>,
  options: StandbyOptions,
): Promise<void> {
  const { connector, status, stop, log } = options
  for (;;) {
    const lease = await waitForLease(options)
    if (!lease) return
    if (status.get().state === 'standby') log.info({ connector }, 'taking over')
    status.set('starting')
    try {
      await work(lease)
      if (stop.aborted || !lease.lost.aborted) return
      log.warn({ reason: describeError(lease.lost.reason) }, 'the lease is lost: standing by')
    } finally {
      await giveBack(lease, log)
    }
  }
}

/** Nothing where a stop came first. */
async function waitForLease(options: StandbyOptions): Promise<Lease | undefined> {
  const { store, connector, claims, log, clock, status, stop, random = Math.random } = options
  let failures = 0
  while (!stop.aborted) {
    try {
      return await acquireAll(store, connector, claims)
    } catch (error) {
      const held = error instanceof LeaseHeld
      if (!held && !(error instanceof Retryable) && !(error instanceof AuthError)) throw error
      const reason = describeError(error)
      failures = held ? 0 : failures + 1
      const waitMs = held ? (error.retryAfterMs ?? 0) : pauseAfter(error, failures, random)
      if (!held) log.warn({ reason, waitMs }, 'will try again')
      else if (status.get().state !== 'standby') log.info({ reason }, 'standing by')
      status.set(held ? 'standby' : 'retrying', reason)
      await clock.sleep(waitMs, stop).catch(() => undefined)
    }
  }
  return undefined
}

/** Where this fails, nobody else waits longer than the lease runs. */
async function giveBack(lease: Lease, log: Logger): Promise<void> {
  try {
    await lease.release()
  } catch (error) {
    log.warn({ reason: describeError(error) }, 'the lease could not be given back; it runs out by itself')
  }
}
