import { addDays, addMonths, dayFromNumber, dayNumber, firstDay, monthOf } from '../days.ts'
import { fromUnits, toUnits } from '../decimal.ts'
import { type Draw, draw } from '../random.ts'
import type { Offering } from './shape.ts'

/** Something unusual that was put into a generated bill on purpose. */
export interface Anomaly {
  readonly provider: 'aws' | 'alicloud'
  /** The first day. */
  readonly day: string
  /** The last day; for what stays (`new-service`, `vanished-service`) the first day again. */
  readonly until: string
  readonly service: string
  readonly kind:
    | 'spike'
    | 'level-shift'
    | 'drop-to-zero'
    | 'one-off-purchase'
    | 'refund'
    | 'new-service'
    | 'vanished-service'
  /** What the usual amount was multiplied by, where it was; decimal text. */
  readonly factor?: string
  /** What was added, in the service's currency, where something was; decimal text. */
  readonly amount?: string
  readonly note: string
}

/** What can be bought, cancelled and moved in a bill. */
export interface Catalogue {
  readonly provider: 'aws' | 'alicloud'
  readonly offerings: readonly Offering[]
  /** Pairs of services of which one is in use at a time, and the other takes over now and then. */
  readonly migrations: readonly (readonly [string, string])[]
  /** One-off purchases that occur. */
  readonly purchases: readonly { readonly service: string; readonly amount: string; readonly note: string }[]
}

export interface Anomalies {
  readonly between: (from: string, to: string) => readonly Anomaly[]
  /** What the usual amount of a service is multiplied by on a day, in thousandths; 0 where it is not in use. */
  readonly factor: (service: string, day: string) => number
  /** Purchases and refunds of a day. */
  readonly extras: (day: string) => readonly Anomaly[]
}

const LEVEL_SHIFT_DAYS = 40
const MIGRATION_DAYS = 330

/** The anomalies of a seed. Like the bill itself they hang on calendar days, not on the clock. */
export function createAnomalies(seed: number, catalogue: Catalogue, words: string): Anomalies {
  const { provider } = catalogue
  const moving = new Set(catalogue.migrations.flat())
  const candidates = catalogue.offerings.filter(
    o => !moving.has(o.service) && toUnits(o.daily) >= toUnits('20'),
  )
  const months = new Map<string, readonly Anomaly[]>()
  const reaching = new Map<string, readonly Anomaly[]>()

  function month(month: string): readonly Anomaly[] {
    const known = months.get(month) ?? plan(month)
    months.set(month, known)
    return known
  }

  function plan(month: string): Anomaly[] {
    const random = draw(seed, 'anomalies', words, provider, month)
    const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5))
    const first = random.between(0, candidates.length - 1)
    // Four different services, so that a drop never hides a spike.
    const service = (k: number) => candidates[(first + k * 5) % candidates.length] as Offering
    const day = (min: number, max: number) => addDays(firstDay(month), random.between(min, max) - 1)
    const multiplied = (
      kind: Anomaly['kind'],
      { service }: Offering,
      from: string,
      days: number,
      factor: number,
      note: string,
    ): Anomaly => ({
      provider,
      day: from,
      until: addDays(from, days - 1),
      service,
      kind,
      factor: thousandths(factor),
      note,
    })

    const planned = [
      multiplied(
        'spike',
        service(0),
        day(3, 26),
        random.between(1, 2),
        random.between(3000, 7900),
        'a run-away job',
      ),
      refund(service(1), day(8, 25), random),
    ]
    if (index % 2 === 1)
      planned.push(multiplied('drop-to-zero', service(2), day(4, 24), random.between(1, 2), 0, 'an outage'))
    if (index % 3 === 0) {
      const factor = random.between(1500, 2400)
      planned.push(
        multiplied(
          'level-shift',
          service(3),
          day(5, 20),
          LEVEL_SHIFT_DAYS,
          factor,
          'a larger fleet for forty days',
        ),
      )
    }
    if (index % 3 === 1) {
      const { service, amount, note } = random.pick(catalogue.purchases)
      const on = day(2, 25)
      planned.push({ provider, day: on, until: on, service, kind: 'one-off-purchase', amount, note })
    }
    return planned
  }

  function refund({ service, daily }: Offering, on: string, random: Draw): Anomaly {
    const amount = fromUnits(-(toUnits(daily) * BigInt(random.between(2000, 6000))) / 1000n)
    return { provider, day: on, until: on, service, kind: 'refund', amount, note: 'money back for an outage' }
  }

  /** The day in the n-th period on which a pair changes sides. */
  function switchDay(pair: readonly [string, string], period: number): number {
    return (
      period * MIGRATION_DAYS + draw(seed, 'migration', words, provider, pair[0], period).between(20, 200)
    )
  }

  function inUse(service: string, day: string): boolean {
    const pair = catalogue.migrations.find(pair => pair.includes(service))
    if (!pair) return true
    const n = dayNumber(day)
    const period = Math.floor(n / MIGRATION_DAYS)
    const side = (period + (n >= switchDay(pair, period) ? 1 : 0)) % 2
    return pair[side] === service
  }

  function migrations(from: string, to: string): Anomaly[] {
    const periods: number[] = []
    for (let p = Math.floor(dayNumber(from) / MIGRATION_DAYS); p * MIGRATION_DAYS <= dayNumber(to); p++)
      periods.push(p)
    return catalogue.migrations.flatMap(pair =>
      periods.flatMap((period): Anomaly[] => {
        const day = dayFromNumber(switchDay(pair, period))
        const [before, after] = period % 2 === 0 ? pair : ([pair[1], pair[0]] as const)
        const common = { provider, day, until: day }
        return [
          { ...common, service: before, kind: 'vanished-service', factor: '0', note: `${after} took over` },
          { ...common, service: after, kind: 'new-service', note: `took over from ${before}` },
        ]
      }),
    )
  }

  /** What was planned for the month of a day and reaches into it from before. */
  function near(day: string): readonly Anomaly[] {
    const current = monthOf(day)
    const known =
      reaching.get(current) ?? [addMonths(current, -2), addMonths(current, -1), current].flatMap(month)
    reaching.set(current, known)
    return known
  }

  return {
    between(from, to) {
      const all: Anomaly[] = []
      for (let m = monthOf(addDays(from, -LEVEL_SHIFT_DAYS)); m <= monthOf(to); m = addMonths(m, 1))
        all.push(...month(m))
      return [...all, ...migrations(from, to)]
        .filter(anomaly => anomaly.until >= from && anomaly.day <= to)
        .sort((a, b) => (a.day === b.day ? 0 : a.day < b.day ? -1 : 1))
    },
    factor(service, day) {
      if (!inUse(service, day)) return 0
      return near(day)
        .filter(a => a.service === service && a.factor !== undefined && a.day <= day && day <= a.until)
        .reduce(
          (factor, a) => Math.trunc((factor * Number(toUnits(a.factor ?? '1') / 10n ** 7n)) / 1000),
          1000,
        )
    },
    extras: day => month(monthOf(day)).filter(a => a.day === day && a.amount !== undefined),
  }
}

const thousandths = (factor: number) => fromUnits(BigInt(factor) * 10n ** 7n)
