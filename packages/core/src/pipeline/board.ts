import { systemClock } from '../clock.ts'
import type { Readiness } from '../http/index.ts'
import { createStatus, isHealthy, type StatusCell } from '../status.ts'

/** The true state of every connector of a process. */
export interface Board {
  /** The state of one; there from the first call on. */
  cell(name: string): StatusCell
  remove(name: string): void
  /** What is told of one: its status. */
  of(name: string): Readiness
  /** What is told of all: ready when each of them runs. */
  readonly all: Readiness
}

export function createBoard(): Board {
  const cells = new Map<string, StatusCell>()
  const { pid } = process
  const cellOf = (name: string): StatusCell => {
    const cell = cells.get(name) ?? createStatus(name, systemClock.now)
    cells.set(name, cell)
    return cell
  }
  return {
    cell: cellOf,
    remove: name => void cells.delete(name),
    of: name => () => {
      const status = cellOf(name).get()
      return { ready: isHealthy(status.state), body: { ...status, pid } }
    },
    all() {
      const connectors = [...cells.values()].map(cell => cell.get())
      const ready = connectors.length > 0 && connectors.every(({ state }) => isHealthy(state))
      return { ready, body: { ready, pid, connectors } }
    },
  }
}
