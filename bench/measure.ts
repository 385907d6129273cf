/** One way to do a piece of work. */
export interface Arm {
  readonly name: string
  readonly run: () => unknown
}

export interface Measured {
  readonly name: string
  /** CPU time of one run in microseconds: the median, the least and the most of the rounds. */
  readonly median: number
  readonly least: number
  readonly most: number
}

/** Runs the arms in turn, round by round, after one round that does not count. */
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
  return arms.map(({ name }, index) => {
    const sorted = (times[index] ?? []).toSorted((a, b) => a - b)
    const [least = 0, most = 0] = [sorted[0], sorted.at(-1)]
    return { name, median: sorted[sorted.length >> 1] ?? 0, least, most }
  })
}

/** Prints a table; ratios are to the first arm. */
export function report(title: string, measured: readonly Measured[]): void {
  const floor = measured[0]?.median ?? 1
  console.log(`${title}: CPU µs, median (least to most), times the first`)
  for (const { name, median, least, most } of measured) {
    const range = `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
    console.log(`  ${name.padEnd(42)} ${range.padEnd(26)} ${(median / floor).toFixed(2)}`)
  }
}
