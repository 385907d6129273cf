import { addMonths, dayAt, daysBetween, firstDay, isDay, lastDay, monthOf } from '../days.ts'
import { type Owner, owners } from './bill-row.ts'
import { type BssError, bssError, invalid, missing } from './errors.ts'
import { ZONE_HOURS } from './ledger.ts'

/** A call that cannot be answered. */
export class Refusal extends Error {
  readonly error: BssError

  constructor(error: BssError) {
    super(error.message)
    this.error = error
  }
}

export type Parameters = Readonly<Record<string, string>>

export interface Period {
  readonly cycle: string
  /** Where one day is asked for. */
  readonly date?: string
  readonly days: readonly string[]
}

const HISTORY_MONTHS = 18

export function readCycle(parameters: Parameters, now: Date): string {
  const cycle = parameters['BillingCycle']
  if (!cycle) throw new Refusal(missing('BillingCycle'))
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(cycle))
    throw new Refusal(invalid('BillingCycle', 'the format is YYYY-MM'))
  if (cycle < addMonths(monthOf(dayAt(now, ZONE_HOURS)), -HISTORY_MONTHS)) {
    throw new Refusal(invalid('BillingCycle', `only the latest ${HISTORY_MONTHS} months are kept`))
  }
  return cycle
}

/** Reads BillingCycle, Granularity and BillingDate. */
export function readPeriod(parameters: Parameters, now: Date, anyCase: boolean): Period {
  const cycle = readCycle(parameters, now)
  const given = parameters['Granularity'] || 'MONTHLY'
  const granularity = anyCase ? given.toUpperCase() : given
  if (granularity === 'MONTHLY') return { cycle, days: daysBetween(firstDay(cycle), lastDay(cycle)) }
  if (granularity !== 'DAILY') throw new Refusal(invalid('Granularity', 'allowed are MONTHLY and DAILY'))
  const date = parameters['BillingDate']
  if (!date) throw new Refusal(missing('BillingDate'))
  if (!isDay(date)) throw new Refusal(invalid('BillingDate', 'the format is YYYY-MM-DD'))
  if (monthOf(date) !== cycle) throw new Refusal(invalid('BillingDate', 'it is not in the BillingCycle'))
  return { cycle, date, days: [date] }
}

export function readCount(parameters: Parameters, name: string, usual: number, max: number): number {
  const text = parameters[name] || String(usual)
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > max)
    throw new Refusal(invalid(name, `allowed are 1 to ${max}`))
  return count
}

export function readFlag(parameters: Parameters, name: string): boolean {
  const text = (parameters[name] || 'false').toLowerCase()
  if (text !== 'true' && text !== 'false') throw new Refusal(invalid(name, 'allowed are true and false'))
  return text === 'true'
}

/** The owner that BillOwnerId names; nothing where all are asked for. */
export function readOwner(parameters: Parameters): Owner | undefined {
  const id = parameters['BillOwnerId']
  if (!id) return undefined
  const owner = owners.find(owner => owner.id === id)
  if (!owner) throw new Refusal(bssError('InvalidOwner'))
  return owner
}

/** Keeps what agrees with those of the parameters that were given. */
export function matches(parameters: Parameters, values: Readonly<Record<string, string>>): boolean {
  return Object.entries(values).every(([name, value]) => !parameters[name] || parameters[name] === value)
}
