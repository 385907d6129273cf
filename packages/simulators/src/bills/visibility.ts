import { draw } from '../random.ts'

const HOUR_MS = 3_600_000

/** When a row shows which figure, while restatement is switched on. */
export interface Restatement {
  /** The row is not there before this instant. */
  readonly arrives: number
  /** Before this instant the row shows `before` thousandths of its final figure. */
  readonly changes: number
  readonly before: number
}

/**
 * Of a hundred rows some eight are corrected within four days, three arrive late and two change when the month
 * closes, as provisional bills do. `dayEnd` and `closes` are instants in milliseconds.
 */
export function restatementOf(seed: number, words: string, dayEnd: number, closes: number): Restatement {
  const { between } = draw(seed, 'restatement', words)
  const fate = between(0, 99)
  const days = between(1, 3) * 24 * HOUR_MS
  const before = between(0, 1) ? between(880, 990) : between(1010, 1120)
  if (fate < 8) return { arrives: 0, changes: dayEnd + days + 5 * HOUR_MS, before }
  if (fate < 11) return { arrives: dayEnd + days, changes: 0, before: 1000 }
  if (fate < 13) return { arrives: 0, changes: closes, before }
  return { arrives: 0, changes: 0, before: 1000 }
}
