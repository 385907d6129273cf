import { addDays, dayNumber, monthOf } from '../days.ts'
import { draw } from '../random.ts'

/** Thousandths of the usual amount, Monday to Sunday. */
const RHYTHMS = {
  steady: [1000, 1000, 1000, 1000, 1000, 1000, 1000],
  office: [1060, 1090, 1110, 1090, 1040, 820, 790],
  consumer: [930, 920, 940, 980, 1090, 1140, 1000],
  batch: [760, 740, 740, 750, 760, 1050, 2200],
} as const

/** A service on the generated bill, in a usual week of 2024. */
export interface Offering {
  /** What the bill calls it: AWS's SERVICE, Alibaba Cloud's ProductCode. */
  readonly service: string
  /** Money a day; decimal text in the bill's currency. */
  readonly daily: string
  readonly rhythm: keyof typeof RHYTHMS
  /** Thousandths that it grows in a year; negative where it shrinks. */
  readonly growth: number
  /** Thousandths more on the last two days of a month. */
  readonly monthEnd?: number
  /** Thousandths that a day may be off either way; 50 if left out. */
  readonly noise?: number
}

const EPOCH = dayNumber('2024-01-01')

/** What an offering costs on a day before anything unusual: whole units, since all factors are whole thousandths. */
export function usualUnits(
  seed: number,
  words: string,
  offering: Offering,
  base: bigint,
  day: string,
): bigint {
  const n = dayNumber(day)
  const weekday = (((n + 3) % 7) + 7) % 7
  const grown = Math.max(200, 1000 + Math.trunc((offering.growth * (n - EPOCH)) / 365))
  const late = monthOf(addDays(day, 2)) !== monthOf(day)
  const monthEnd = 1000 + (late ? (offering.monthEnd ?? 0) : 0)
  const spread = offering.noise ?? 50
  const { between } = draw(seed, 'noise', words, offering.service, day)
  // The mean of four draws is near to a normal distribution; the last one keeps the low digits alive.
  const noise = 1000 + Math.trunc([1, 2, 3, 4].reduce(total => total + between(-spread, spread), 0) / 2)
  const factors = [RHYTHMS[offering.rhythm][weekday] ?? 1000, grown, monthEnd, noise, between(9_990, 10_010)]
  return factors.reduce((units, factor) => units * BigInt(factor), base) / 10n ** 16n
}

/** Shares an amount out by weights; the last part takes what rounding left, so the parts sum to the whole. */
export function split(units: bigint, weights: readonly number[]): bigint[] {
  const total = BigInt(weights.reduce((a, b) => a + b, 0))
  const parts = weights.slice(0, -1).map(weight => (units * BigInt(weight)) / total)
  return [...parts, units - parts.reduce((a, b) => a + b, 0n)]
}
