import { seededRandom } from '../random.ts'
import { createTally } from '../world/books.ts'
import { type ChargeCount, type ChargeLane, runChargeLane } from './lane.ts'
import { CHARGE_PHASES, type ChargePhase } from './phases.ts'

export interface ChargeSoakOptions {
  readonly seed: number
  /** At the least, of all lanes together. */
  readonly kills: number
  readonly broken: string | undefined
  readonly onProgress: (text: string) => void
}

export interface ChargeReport {
  readonly seed: number
  readonly seconds: number
  readonly broken?: string
  readonly lives: number
  readonly kills: number
  readonly killsByPhase: Readonly<Record<string, number>>
  readonly faultsInjected: Readonly<Record<string, number>>
  readonly counts: Readonly<Record<string, ChargeCount>>
  /** What was promised and is not so; empty when all is well. */
  readonly faults: readonly string[]
}

/** What runs side by side. */
const LANES: readonly ChargeLane[] = [
  { name: 'replace_hourly', operation: 'replace_hourly', maxBytes: 5_000_000, quiet: 0.05 },
  { name: 'replace_hourly in parts', operation: 'replace_hourly', maxBytes: 1500, quiet: 0.05 },
  { name: 'sum', operation: 'sum', maxBytes: 5_000_000, quiet: 0.05 },
  { name: 'replace_drop', operation: 'replace_drop', maxBytes: 5_000_000, quiet: 0.05 },
]

/** Kills the sink of CloudZero in every phase of its work, and compares what CloudZero has with the charges. */
export async function soakCharges(options: ChargeSoakOptions): Promise<ChargeReport> {
  const { seed, broken, kills: wanted, onProgress } = options
  const began = performance.now()
  const kills = new Map<ChargePhase, number>()
  const faults = createTally()
  const broke = new Set<string>()
  let lives = 0
  let killed = 0
  const lanes = LANES.map(async (lane, index) => {
    const count = await runChargeLane({
      ...lane,
      broken,
      faults,
      random: seededRandom(seed + index),
      kills: Math.ceil(wanted / LANES.length),
      onKill(phase) {
        killed += 1
        kills.set(phase, (kills.get(phase) ?? 0) + 1)
      },
      onLife() {
        lives += 1
        onProgress(`${lives} lives, ${killed} kills`)
      },
      onFault: fault => void broke.add(fault),
    })
    return [lane.name, count] as const
  })
  const counts = Object.fromEntries(await Promise.all(lanes))
  return {
    seed,
    ...(broken !== undefined && { broken }),
    seconds: Math.round((performance.now() - began) / 1000),
    lives,
    kills: killed,
    killsByPhase: Object.fromEntries(CHARGE_PHASES.map(phase => [phase, kills.get(phase) ?? 0])),
    faultsInjected: faults.all(),
    counts,
    faults: [...broke],
  }
}
