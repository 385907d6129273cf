/** What a connector is doing, in one word. `standby`: another replica does the work, and this one would take over. */
export type ConnectorState = 'starting' | 'standby' | 'running' | 'retrying' | 'failed' | 'stopped'

/** A connector's true state, as `/readyz` and `health` tell it. */
export interface Status {
  readonly name: string
  readonly state: ConnectorState
  /** Why it is not running: one line, without secrets. */
  readonly reason?: string
  /** Since when, ISO 8601. */
  readonly since: string
}

export interface StatusCell {
  get(): Status
  set(state: ConnectorState, reason?: string): void
}

export function createStatus(name: string, now: () => Date): StatusCell {
  let status: Status = { name, state: 'starting', since: now().toISOString() }
  return {
    get: () => status,
    set(state, reason) {
      if (status.state === state && status.reason === reason) return
      status = { name, state, since: now().toISOString(), ...(reason !== undefined && { reason }) }
    },
  }
}

/** Whether all is as it should be: a replica that stands by is as good as one that runs. */
export const isHealthy = (state: ConnectorState): boolean => state === 'running' || state === 'standby'
