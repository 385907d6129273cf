import type { EventKind } from '../events.ts'
import { type Spread, spread } from '../spread.ts'
import { AGAIN, type Amounts, BILLOW, FLOOR, type Job } from './jobs.ts'
import { type Figures, type Others, runOnce } from './run.ts'

export interface ArmResult {
  readonly arm: string
  /** CPU microseconds an event. */
  readonly cpu: Spread
  /** How many times the CPU time of the floor, round by round. */
  readonly ratio: Spread
  /** The most memory of any round, in bytes. */
  readonly peak: number
  /** Events measured, all rounds together; each one is known to have arrived once. */
  readonly events: number
}

export interface Comparison {
  readonly job: Job['name']
  readonly title: string
  readonly kind: EventKind
  readonly rounds: number
  readonly arms: readonly ArmResult[]
  /** How far two runs of the same program lie apart in a round, as a part of their mean: what the machine adds. */
  readonly noise?: Spread
}

export interface CompareOptions {
  readonly kind: EventKind
  readonly amounts: Amounts
  readonly rounds: number
  readonly others: Others
  readonly onRun: (text: string) => void
}

/** Runs the arms of a job in turn, round by round, every other round backwards. */
export async function compare(job: Job, options: CompareOptions): Promise<Comparison> {
  const { kind, amounts, rounds, others, onRun } = options
  const figures = new Map<string, Figures[]>(job.arms.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const arm of round % 2 === 0 ? job.arms : job.arms.toReversed()) {
      const one = await runOnce({ job, arm, kind, amount: amounts[job.name] }, others)
      figures.get(arm.name)?.push(one)
      onRun(`${job.name} ${kind}, round ${round + 1} of ${rounds}: ${arm.name} ${one.cpu.toFixed(2)} µs`)
    }
  }
  const cpu = (name: string): readonly number[] => (figures.get(name) ?? []).map(one => one.cpu)
  const floor = cpu(FLOOR)
  const arms = [...figures].map(([arm, all]) => ({
    arm,
    cpu: spread(cpu(arm)),
    ratio: spread(cpu(arm).map((value, round) => value / (floor[round] ?? value))),
    peak: Math.max(...all.map(({ peak }) => peak)),
    events: all.reduce((sum, { events }) => sum + events, 0),
  }))
  const again = cpu(AGAIN)
  const apart = cpu(BILLOW).flatMap((value, round) => {
    const other = again[round]
    return other === undefined ? [] : [(2 * Math.abs(value - other)) / (value + other)]
  })
  return {
    job: job.name,
    title: job.title,
    kind,
    rounds,
    arms,
    ...(apart.length > 0 && { noise: spread(apart) }),
  }
}
