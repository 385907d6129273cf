import { type Amounts, addAmount, type Clock, type CloudEvent, digits, parseClock } from '@billow/core'
import { type Simulators, startSimulators } from '@billow/simulators'
import { ALICLOUD_KEYS, AWS_KEYS } from './app.ts'

/** The day that most tests believe it is. */
export const TODAY = '2024-05-15'
export const CLOCK: readonly string[] = ['--clock', TODAY]

export const startClouds = (clock: Clock = parseClock(TODAY)): Promise<Simulators> =>
  startSimulators({ clock })

/** The form of the two documents' own file, with an `endpoint`. */
export const documentConfig = (keys: typeof AWS_KEYS, target: string, endpoint: string, more = ''): string =>
  `target: ${target}\nendpoint: ${endpoint}\n${more}secret:\n  access_key_id: ${keys.id}\n  secret_access_key: ${keys.secret}\n`

/** What the two sources need to be run against simulators, by the name of the app. */
export const SOURCES = {
  'source-aws-billing': { cloud: 'aws', keys: AWS_KEYS, action: 'GetCostAndUsage' },
  'source-alicloud-billing': { cloud: 'alicloud', keys: ALICLOUD_KEYS, action: 'QueryAccountBill' },
} as const
export type SourceName = keyof typeof SOURCES
export const SOURCE_NAMES = Object.keys(SOURCES) as SourceName[]

interface Costs {
  readonly unblendedCost: { readonly amount: string; readonly unit: string }
}

/** The figure that the ledger sums, of either cloud's event. */
export function figureOf({ source, data }: CloudEvent): {
  readonly amount: string
  readonly currency: string
} {
  if (source === 'cloud.aws.billing') {
    const { amount, unit } = (data as Costs).unblendedCost
    return { amount, currency: unit }
  }
  const row = data as Record<string, unknown>
  return { amount: digits(row['PretaxAmount']) ?? 'none', currency: String(row['Currency']) }
}

/** Sums by currency; an id counts once. */
export function sumOf(events: readonly CloudEvent[]): Amounts {
  const unique = new Map(events.map(event => [event.id, event]))
  return [...unique.values()].reduce<Amounts>((sums, event) => {
    const { amount, currency } = figureOf(event)
    return addAmount(sums, currency, amount)
  }, {})
}

/** What a simulator billed, by currency. */
export function billedBy(simulator: Simulators['aws' | 'alicloud'], from: string, to: string): Amounts {
  return simulator
    .billed(from, to)
    .reduce<Amounts>((sums, { currency, amount }) => addAmount(sums, currency, amount), {})
}

export const paidRequests = (simulator: Simulators['aws' | 'alicloud'], action: string): number =>
  simulator.requests.entries().filter(entry => entry.action === action).length
