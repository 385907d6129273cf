import { createTally } from '../world/books.ts'
import type { Books, Count } from '../world/books.ts'
import { seededRandom } from '../random.ts'
import { BREAKS } from '../subject/broken.ts'
import type { Subject } from './life.ts'
import { runLane } from './lane.ts'
import { PHASES, type Phase } from './phases.ts'

export interface KillSoakOptions {
  readonly seed: number
  /** Kills at the least, of all phases together and of each. */
  readonly kills: number
  readonly killsEach: number
  /** Events at the least. */
  readonly events: number
  readonly broken: string | undefined
  readonly onProgress: (text: string) => void
}

export interface KillReport extends Count {
  readonly seed: number
  readonly seconds: number
  readonly broken?: string
  readonly lives: number
  readonly kills: number
  readonly killsByPhase: Readonly<Record<string, number>>
  readonly faultsInjected: Readonly<Record<string, number>>
  /** What was promised and is not so; empty when all is well. */
  readonly faults: readonly string[]
}

/** What runs side by side. */
const ARMS: readonly Subject['arm'][] = ['app', 'billing', 'outbox']

/** Kills subjects in every phase of their work, and accounts for each event. */
export async function soakKills(options: KillSoakOptions): Promise<KillReport> {
  const { seed, broken, onProgress } = options
  const began = performance.now()
  const kills = new Map<Phase, number>()
  const faults = createTally()
  const broke = new Set<string>()
  let lives = 0
  const all: Books[] = []
  const issued = (): number => all.reduce((sum, books) => sum + books.issued(), 0)
  const { arm: brokenArm } = BREAKS[broken ?? ''] ?? {}
  const arms = brokenArm ? [brokenArm] : ARMS
  const lanes = arms.map(arm =>
    runLane({
      arm,
      broken,
      faults,
      kills,
      random: seededRandom(seed + ARMS.indexOf(arm)),
      wanted: { kills: options.kills, killsEach: options.killsEach, rows: options.events },
      issued,
      onBooks: books => void all.push(books),
      onFault: fault => void broke.add(fault),
      onLife() {
        lives += 1
        onProgress(`${lives} lives, ${sum(kills.values())} kills, ${issued()} events`)
      },
    }),
  )
  await Promise.all(lanes)
  const count = all.map(books => books.count()).reduce(add)
  if (count.lost > 0) broke.add(`${count.lost} events are lost`)
  if (count.unknown > 0) broke.add(`${count.unknown} events are unknown, or came under a second id`)
  if (count.differing > 0) broke.add(`${count.differing} duplicates differ from their first delivery`)
  return {
    seed,
    ...(broken !== undefined && { broken }),
    seconds: Math.round((performance.now() - began) / 1000),
    lives,
    kills: sum(kills.values()),
    killsByPhase: Object.fromEntries(PHASES.map(phase => [phase, kills.get(phase) ?? 0])),
    faultsInjected: faults.all(),
    ...count,
    faults: [...broke],
  }
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0)

function add(a: Count, b: Count): Count {
  const keys = Object.keys(a) as (keyof Count)[]
  return Object.fromEntries(keys.map(key => [key, a[key] + b[key]])) as unknown as Count
}
