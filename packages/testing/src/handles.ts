import { setTimeout } from 'node:timers/promises'

/** A count of each kind of thing that keeps the process alive: servers, sockets, timers. */
export type Handles = ReadonlyMap<string, number>

const TICK_MS = 20

function look(): Handles {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

const LOOKS = 5

/** What is there now and stays for a moment: what others leave behind just now does not count. */
export async function handles(): Promise<Handles> {
  const least = new Map(look())
  for (let count = 1; count < LOOKS; count += 1) {
    await setTimeout(TICK_MS)
    const now = look()
    for (const [kind, before] of least) least.set(kind, Math.min(before, now.get(kind) ?? 0))
  }
  return least
}

const GRACE_TICKS = 100

/** What is there beyond `before` and does not go away in two seconds, such as `TCPServerWrap`. */
export async function leftBeyond(before: Handles): Promise<readonly string[]> {
  for (let tick = 1; ; tick += 1) {
    // No timer of this loop is under way when it looks.
    await setTimeout(TICK_MS)
    const left = [...look()].filter(([kind, count]) => count > (before.get(kind) ?? 0))
    if (left.length === 0 || tick === GRACE_TICKS) {
      return left.map(([kind, count]) => `${count - (before.get(kind) ?? 0)} ${kind}`)
    }
  }
}
