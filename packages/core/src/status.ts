/** What a connector is doing, in one word. `standby`: another replica does the work, and this one would take over. */
export const CONNECTOR_STATES = ['starting', 'standby', 'running', 'retrying', 'failed', 'stopped'] as const
export type ConnectorState = (typeof CONNECTOR_STATES)[number]

/** A connector's true state, as `/readyz` and `health` tell it. */
export interface Status {
  readonly name: string
  readonly state: ConnectorState
  /** Why it is not running: one line, without secrets. */
  readonly reason?: string
  /** It takes what comes to it all the same: events may still be sent here. */
  readonly taking?: true
  /** Since when, ISO 8601. */
  readonly since: string
}

export interface StatusCell {
  get(): Status
  set(state: ConnectorState, reason?: string, taking?: boolean): void
}

export function createStatus(name: string, now: () => Date): StatusCell {
  let status: Status = { name, state: 'starting', since: now().toISOString() }
  return {
    get: () => status,
    set(state, reason, taking = false) {
      const took = status.taking === true
      if (status.state === state && status.reason === reason && took === taking) return
      status = {
        name,
        state,
        since: now().toISOString(),
        ...(reason !== undefined && { reason }),
        ...(taking && { taking: true as const }),
      }
    },
  }
}

/** Whether all is as it should be: a replica that stands by is as good as one that runs. */
export const isHealthy = (state: ConnectorState): boolean => state === 'running' || state === 'standby'

/** Whether events may be sent to it: one that cannot pass on what it took is well again only by more. */
export const isReady = ({ state, taking }: Status): boolean => isHealthy(state) || taking === true

/** From the best to the worst. */
const ORDER: readonly ConnectorState[] = ['stopped', 'running', 'standby', 'starting', 'retrying', 'failed']

/** Cells for parts of a whole, whose state is that of its worst part. */
export function splitStatus(whole: StatusCell, parts: number): readonly StatusCell[] {
  if (parts === 1) return [whole]
  const { name, state, reason, taking } = whole.get()
  const cells = Array.from({ length: parts }, () => {
    const cell = createStatus(name, () => new Date(0))
    cell.set(state, reason, taking)
    return cell
  })
  const tell = (): void => {
    const [worst] = cells
      .map(cell => cell.get())
      .toSorted((a, b) => ORDER.indexOf(b.state) - ORDER.indexOf(a.state))
    if (worst) whole.set(worst.state, worst.reason, worst.taking)
  }
  return cells.map(cell => ({
    get: cell.get,
    set(...said) {
      cell.set(...said)
      tell()
    },
  }))
}
