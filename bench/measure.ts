import { type Spread, spread } from './spread.ts'

/** One way to do a piece of work. */
export interface Arm {
  readonly name: string
  readonly run: () => unknown
}

export interface Measured {
  readonly arm: string
  /** CPU time of one run in microseconds. */
  readonly cpu: Spread
  /** How many times the first arm's, round by round. */
  readonly ratio: Spread
}

/** Runs the arms in turn in this process, round by round, after one round that does not count. */
export async function measure(
  arms: readonly Arm[],
  { rounds, count }: { readonly rounds: number; readonly count: number },
): Promise<Measured[]> {
  const times = arms.map((): number[] => [])
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { run }] of arms.entries()) {
      const before = process.cpuUsage()
      for (let at = 0; at < count; at += 1) await run()
      const { user, system } = process.cpuUsage(before)
      if (round >= 0) times[index]?.push((user + system) / count)
    }
  }
  return arms.map(({ name: arm }, index) => {
    const own = times[index] ?? []
    return {
      arm,
      cpu: spread(own),
      ratio: spread(own.map((time, round) => time / (times[0]?.[round] ?? time))),
    }
  })
}
