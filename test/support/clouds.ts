import { type Amounts, addAmount, type Clock, type CloudEvent, parseClock } from '@billow/core'
import { afterEach, beforeEach } from '@jest/globals'
import { type Simulators, startSimulators } from '@billow/simulators'
import { figureOf } from '../../scripts/demo/figure.ts'
import { ALICLOUD_KEYS, AWS_KEYS } from './app.ts'
import { startTarget, type Target } from './receiver.ts'

/** The day that most tests believe it is. */
export const TODAY = '2024-05-15'
export const CLOCK: readonly string[] = ['--clock', TODAY]

export const startClouds = (clock: Clock = parseClock(TODAY)): Promise<Simulators> =>
  startSimulators({ clock })

/** For each test of a file, fresh clouds and a fresh target. */
export function cloudsAndTarget(): { readonly clouds: Simulators; readonly target: Target } {
  const here = {} as { clouds: Simulators; target: Target }
  beforeEach(async () => {
    here.clouds = await startClouds()
    here.target = await startTarget()
  })
  afterEach(async () => {
    await here.clouds.close()
    await here.target.close()
  })
  return here
}

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
