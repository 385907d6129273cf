import type { CloudzeroFaults, CloudzeroSimulator } from '@billow/simulators'
import { pick, upTo } from '../random.ts'
import type { Tally } from '../world/books.ts'
import type { Way } from './config.ts'
import type { Door } from './door.ts'

/** Of so many requests one changes the weather. */
const CHANGE_EVERY = 5

const TOO_LARGE = 'body too large'

const STALE = 'stale read'

/**
 * What no sink can get over: a month that must go in one request cannot, where CloudZero takes only small ones; and what is
 * to be added follows from what is there, which an old reading does not show.
 */
const OUT_OF_REACH: Readonly<Record<Way['operation'], readonly string[]>> = {
  replace_hourly: [],
  replace_drop: [TOO_LARGE],
  sum: [STALE],
}

/** In foul weather more is billed at one request in so many: few enough that an end comes. */
export const BILLED_EVERY = 60

/** What is switched on at CloudZero, each for a request or two. */
const FAULTS: Readonly<Record<string, (random: () => number) => CloudzeroFaults>> = {
  'error after the work': () => ({ errorAfter: 1 }),
  'answer before the work': random => ({ early: 1, latencyMs: upTo(60, random) }),
  'gateway timeout, and the work goes on': random => ({ gatewayTimeout: 1, latencyMs: upTo(60, random) }),
  [STALE]: () => ({ staleRead: 1 }),
  'forgets idempotency keys': () => ({ forgetful: true }),
  throttle: random => ({ throttle: 1, retryAfter: random() < 0.5 ? 1 : 0 }),
  'server error': random => ({ serverError: upTo(2, random) }),
  unavailable: () => ({ unavailable: 1 }),
  'answer lost': () => ({ lost: 1 }),
  'request dropped': () => ({ drop: 1 }),
  'answer cut': () => ({ cut: 1 }),
  'answer truncated': () => ({ truncate: 1 }),
  'bad gateway': () => ({ badGateway: 1 }),
  'slow answer': () => ({ slowBody: 1, slowBodyMs: 80 }),
  'no answer': () => ({ hang: 1 }),
  [TOO_LARGE]: random => ({ maxBody: 2000 + upTo(4000, random) }),
  'connection refused': () => ({}),
}

/** What ends with the next change of the weather. */
const CLEAR: CloudzeroFaults = { latencyMs: 0, forgetful: false, maxBody: 5_000_000 }

export interface WeatherOptions {
  readonly simulator: Pick<CloudzeroSimulator, 'faults'>
  readonly random: () => number
  readonly faults: Tally
  readonly faulty: () => boolean
  readonly way: Pick<Way, 'operation'>
  /** Faults that are left out, by name. */
  readonly without?: readonly string[]
}

/** Changes the weather at CloudZero now and then; fair at once where no faults are wanted any more. */
export function weather({ simulator, way, random, faults, faulty, without = [] }: WeatherOptions) {
  const names = Object.keys(FAULTS).filter(
    name => ![...without, ...OUT_OF_REACH[way.operation]].includes(name),
  )
  return (door: Door | undefined): void => {
    if (!faulty()) return simulator.faults.reset()
    if (random() > 1 / CHANGE_EVERY) return
    const name = pick(names, random)
    faults.add(name)
    simulator.faults.set({ ...CLEAR, ...FAULTS[name]?.(random) })
    if (name === 'connection refused') void door?.shut(upTo(100, random))
  }
}
