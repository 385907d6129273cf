import type { Lease, StateStore } from './state.ts'

/**
 * Takes the lease of a connector, and with it those of what it claims: all of them, or none. They are taken in one order
 * everywhere, so that of two who want the same one gets all.
 * @throws LeaseHeld that names what somebody else has.
 */
export async function acquireAll(
  store: StateStore,
  connector: string,
  claims: readonly string[] = [],
): Promise<Lease> {
  const taken: Lease[] = []
  const giveBack = async (): Promise<void> => {
    await Promise.all(taken.map(lease => lease.release()))
  }
  try {
    for (const name of [connector, ...new Set(claims.toSorted())]) taken.push(await store.acquire(name))
  } catch (error) {
    await giveBack().catch(() => undefined)
    throw error
  }
  const [own] = taken as [Lease]
  return {
    state: own.state,
    lost: AbortSignal.any(taken.map(({ lost }) => lost)),
    release: giveBack,
  }
}
