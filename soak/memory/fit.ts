/** A figure at a moment, in seconds from the start. */
export type Point = readonly [seconds: number, value: number]

export interface Line {
  /** By how much the line rises from the first to the last moment that it was fitted to. */
  readonly rise: number
  readonly slopePerHour: number
  readonly median: number
  readonly most: number
}

/** The least-squares line through the last three quarters: the first one is for filling caches. */
export function fitLine(points: readonly Point[]): Line {
  const [last = 0] = points.at(-1) ?? []
  const fitted = points.filter(([seconds]) => seconds >= last / 4)
  const count = fitted.length
  if (count < 3) throw new Error(`a line needs three points at the least; there are ${count}`)
  const meanX = fitted.reduce((sum, [x]) => sum + x, 0) / count
  const meanY = fitted.reduce((sum, [, y]) => sum + y, 0) / count
  const spread = fitted.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const slope = fitted.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
  const values = fitted.map(([, y]) => y).toSorted((a, b) => a - b)
  const [first = 0] = fitted[0] ?? []
  return {
    rise: slope * (last - first),
    slopePerHour: slope * 3600,
    median: values[count >> 1] as number,
    most: values.at(-1) as number,
  }
}
