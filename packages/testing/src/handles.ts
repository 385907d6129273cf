import { setTimeout } from 'node:timers/promises'

/** A count of each kind of thing that keeps the process alive: servers, sockets, timers. */
export type Handles = ReadonlyMap<string, number>

export function handles(): Handles {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

const GRACE_TICKS = 100
const TICK_MS = 20

/** What is there beyond `before` and does not go away in two seconds, such as `TCPServerWrap`. */
export async function leftBeyond(before: Handles): Promise<readonly string[]> {
  for (let tick = 1; ; tick += 1) {
    // No timer of this loop is under way when it looks.
    await setTimeout(TICK_MS)
    const left = [...handles()].filter(([kind, count]) => count > (before.get(kind) ?? 0))
    if (left.length === 0 || tick === GRACE_TICKS) {
      return left.map(([kind, count]) => `${count - (before.get(kind) ?? 0)} ${kind}`)
    }
  }
}
