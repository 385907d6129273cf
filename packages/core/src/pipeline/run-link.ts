import { Retryable } from '../errors.ts'
import type { Watch } from '../http/index.ts'
import { announce } from '../runtime/presence.ts'
import { underLease } from '../state/standby.ts'
import type { Lease } from '../state/state.ts'
import { splitStatus, type StatusCell } from '../status.ts'
import { connectWay } from './connect-way.ts'
import type { Host } from './host.ts'
import { claimsOf, type Link } from './link.ts'
import type { Turn } from './turn.ts'

export interface RunLinkOptions {
  readonly host: Host
  readonly status: StatusCell
  readonly watch: Watch
  readonly turn: Turn
  /** Told of each failure that will be tried again. */
  readonly onFailure: (error: unknown) => void
}

/** Connects every way of a link until its turn ends or its sources do. Throws what no further try would heal. */
export async function runLink(link: Link, options: RunLinkOptions): Promise<void> {
  const { host, status, watch, turn } = options
  const { name } = link
  // A state that cannot be opened is said before anything else is tried.
  const store = host.store()
  const presence = await announce(host.data.directory, link.presence, watch)
  try {
    const claims = claimsOf(link)
    if (claims.length === 0 && !readsInOrder(link)) return await untilOver(connectAll(link, options), turn)
    await underLease(lease => untilOver(connectAll(link, options, lease), turn), {
      store,
      connector: name,
      claims,
      log: host.log,
      clock: host.clock,
      status,
      stop: turn.stop,
    })
  } finally {
    await presence.close()
  }
}

/** Commits in reading order have one reader. Where each batch ends alone, any number of processes may work. */
const readsInOrder = ({ ways }: Link): boolean =>
  ways.some(({ source }) => source.connector.order === 'ordered')

/** A connector that does not look at its signal must not keep the next from starting: its lease, given back, fences it. */
async function untilOver(work: Promise<void>, { over }: Turn): Promise<void> {
  const left = Promise.withResolvers<never>()
  const leave = (): void =>
    left.reject(new Retryable('it did not end when it was told to, and is left behind'))
  over.addEventListener('abort', leave)
  work.catch(() => undefined)
  try {
    await Promise.race([work, left.promise])
  } finally {
    over.removeEventListener('abort', leave)
  }
}

async function connectAll(
  link: Link,
  { host, status, turn, onFailure }: RunLinkOptions,
  lease?: Lease,
): Promise<void> {
  const { ways } = link
  const ending = new AbortController()
  const stop = AbortSignal.any([turn.stop, ending.signal])
  const statuses = splitStatus(status, ways.length)
  const { abandon } = turn
  const running = ways.map((way, index) =>
    connectWay(link, way, host, {
      status: statuses[index] as StatusCell,
      stop,
      abandon,
      restart: true,
      onFailure,
      lease,
    }).finally(() => ending.abort()),
  )
  for (const result of await Promise.allSettled(running)) {
    if (result.status === 'rejected') throw result.reason
  }
}
