import type { Attributes, Meter } from '@opentelemetry/api'
import { systemClock } from '../clock.ts'
import type { Watch } from '../http/index.ts'
import { createStatus, isReady, type Status, type StatusCell } from '../status.ts'
import { globalMeter } from '../telemetry/global.ts'
import { createRegistry } from '../telemetry/registry.ts'
import { observeStates } from '../telemetry/state.ts'

/** The true state of every connector of a process, and what it recorded. */
export interface Board {
  /** The state of one; there from the first call on. */
  cell(name: string): StatusCell
  remove(name: string): void
  /** What is told of one: its status. */
  of(name: string): Watch
  /** What is told of all: ready when each of them is. */
  readonly all: Watch
  /** Records for this process, and for OpenTelemetry where it is set up, with these labels. */
  meter(labels: Attributes): Meter
}

export function createBoard(): Board {
  const cells = new Map<string, StatusCell>()
  const { pid } = process
  const registry = createRegistry()
  const metrics = registry.text
  const meter = (labels: Attributes): Meter => registry.meter(labels, globalMeter())
  const statuses = (): readonly Status[] => [...cells.values()].map(cell => cell.get())
  observeStates(meter({}), statuses)
  const cellOf = (name: string): StatusCell => {
    const cell = cells.get(name) ?? createStatus(name, systemClock.now)
    cells.set(name, cell)
    return cell
  }
  return {
    cell: cellOf,
    remove: name => void cells.delete(name),
    of: name => ({
      metrics,
      readiness() {
        const status = cellOf(name).get()
        return { ready: isReady(status), body: { ...status, pid } }
      },
    }),
    all: {
      metrics,
      readiness() {
        const connectors = statuses()
        const ready = connectors.length > 0 && connectors.every(isReady)
        return { ready, body: { ready, pid, connectors } }
      },
    },
    meter,
  }
}
