/** A figure at a moment, in seconds from the start. */
export type Point = readonly [seconds: number, value: number]

export interface Line {
  /** By how much the line through the lows rises over the time that it is fitted to. */
  readonly rise: number
  readonly slopePerHour: number
  readonly least: number
  readonly median: number
  readonly most: number
}

/**
 * The collector runs every few minutes, and what is not collected yet looks like growth: what counts is where memory
 * comes down to. A leak lifts the lows as fast as it lifts everything else.
 */
const LOWS = 8

/** The least-squares line through the lows of the last three quarters: the first quarter is for filling caches. */
export function fitLine(points: readonly Point[]): Line {
  const [last = 0] = points.at(-1) ?? []
  const late = points.filter(([seconds]) => seconds >= last / 4)
  const [first = 0] = late[0] ?? []
  if (late.length < LOWS)
    throw new Error(`a line needs ${LOWS} late points at the least; there are ${late.length}`)
  const lows = Array.from({ length: LOWS }, (_, part) => {
    const [from, to] = [part, part + 1].map(edge => Math.floor((edge * late.length) / LOWS))
    return late.slice(from, to).reduce((a, b) => (b[1] < a[1] ? b : a))
  })
  const slope = slopeOf(lows)
  const values = late.map(([, value]) => value).toSorted((a, b) => a - b)
  return {
    rise: slope * (last - first),
    slopePerHour: slope * 3600,
    least: values[0] as number,
    median: values[values.length >> 1] as number,
    most: values.at(-1) as number,
  }
}

function slopeOf(points: readonly Point[]): number {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread
}
