import { upTo } from '../random.ts'
import type { KillPoint } from '../subject/kill-point.ts'
import type { DoorPlan } from './door.ts'

/** Where the sink of CloudZero is killed, in the words of docs/reliability.md. */
export const CHARGE_PHASES = [
  'keeping charges',
  'acknowledged',
  'marking a day',
  'sending a drop',
  'taken, not answered',
  'between two drops',
  'reading back',
  'stopping after SIGTERM',
  'any moment',
] as const
export type ChargePhase = (typeof CHARGE_PHASES)[number]

/** How a kill is brought about. */
export type ChargeMeans =
  | { readonly by: 'point'; readonly point: KillPoint }
  | ({ readonly by: 'door' } & Omit<DoorPlan, 'reached'>)
  | { readonly by: 'sender'; readonly nth: number; readonly after: 'kill' | 'stop' }
  | { readonly by: 'time'; readonly afterMs: number }

type Draw = (random: () => number) => ChargeMeans

const write =
  (match: string, most: number): Draw =>
  random => ({
    by: 'point',
    point: { on: 'write', match, nth: upTo(most, random), when: random() < 0.5 ? 'before' : 'after' },
  })

const door =
  (at: DoorPlan['at'], method: DoorPlan['method'], most: number): Draw =>
  random => ({ by: 'door', at, method, nth: upTo(most, random) })

const MEANS: Readonly<Record<ChargePhase, Draw>> = {
  'keeping charges': write('^cloudzero/(row|at)/', 30),
  acknowledged: random => ({ by: 'sender', nth: upTo(3, random), after: 'kill' }),
  'marking a day': write('^cloudzero/slot/', 12),
  'sending a drop': door('asked', 'POST', 10),
  'taken, not answered': door('done', 'POST', 10),
  'between two drops': door('answered', 'POST', 10),
  'reading back': random => door(random() < 0.5 ? 'asked' : 'done', 'GET', 4)(random),
  'stopping after SIGTERM': random => ({ by: 'sender', nth: upTo(3, random), after: 'stop' }),
  'any moment': random => ({ by: 'time', afterMs: 300 + random() * 900 }),
}

export const chargeMeans = (phase: ChargePhase, random: () => number): ChargeMeans => MEANS[phase](random)
