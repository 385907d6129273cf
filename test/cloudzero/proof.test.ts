import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type CloudzeroSimulator, startCloudzeroSimulator } from '@billow/simulators'
import { type ChargeBill, createChargeBill } from '../../soak/charges/bill.ts'
import { difference, rowDifference } from '../../soak/charges/compare.ts'
import { STREAMS, type Way } from '../../soak/charges/config.ts'
import type { DoorPlan } from '../../soak/charges/door.ts'
import { createOwed } from '../../soak/charges/sender.ts'
import { BILLED_EVERY, weather } from '../../soak/charges/weather.ts'
import { pick, seededRandom, upTo } from '../../soak/random.ts'
import { createTally } from '../../soak/world/books.ts'
import { type LifeEnd, liveInProcess, newStateFile } from './life.ts'

const WAYS: readonly (readonly [name: string, way: Way, seed: number])[] = [
  ['replace_hourly', { operation: 'replace_hourly', maxBytes: 5_000_000, quiet: 5 }, 11],
  ['replace_hourly in small parts', { operation: 'replace_hourly', maxBytes: 1500, quiet: 5 }, 12],
  ['sum', { operation: 'sum', maxBytes: 5_000_000, quiet: 5 }, 13],
  ['replace_drop', { operation: 'replace_drop', maxBytes: 5_000_000, quiet: 5 }, 14],
]

let simulator: CloudzeroSimulator
beforeEach(async () => {
  simulator = await startCloudzeroSimulator()
})
afterEach(() => simulator.close())

/** A bill, a sender and a sink between which lives are lived. */
function world(way: Way, seed: number, options: { readonly tame?: boolean } = {}) {
  const random = seededRandom(seed)
  const bill = createChargeBill({ random, currencies: Object.keys(STREAMS), ...options })
  const owed = createOwed(random)
  const faults = createTally()
  const weathered = { faulty: true, file: newStateFile() }
  const wrong = (): string | undefined => difference(simulator, STREAMS, bill.live())
  const settled = (): boolean => owed.open() === 0 && wrong() === undefined
  const change = weather({
    simulator,
    way,
    random,
    faults,
    faulty: () => weathered.faulty,
    // That one costs a second of real time.
    without: ['no answer'],
  })
  const onRequest: typeof change = door => {
    if (weathered.faulty && random() < 1 / BILLED_EVERY) owed.owe(bill.issue())
    change(door)
  }
  const life = (end: {
    readonly endsAt?: number
    readonly plan?: Omit<DoorPlan, 'reached'>
  }): Promise<LifeEnd> =>
    liveInProcess({ way, url: simulator.url, file: weathered.file, owed, onRequest, settled, ...end })

  return { random, bill, owed, faults, weathered, settled, life, expectAll }

  /** Without faults and crashes all must come, and stay over a start. */
  async function expectAll(): Promise<void> {
    weathered.faulty = false
    simulator.faults.reset()
    for (let lives = 0; lives < 2; lives += 1) {
      const { how, lines } = await life({})
      expect({ how, wrong: wrong(), log: how === 'settled' ? [] : lines.slice(-5) }).toEqual({
        how: 'settled',
        wrong: undefined,
        log: [],
      })
    }
    // With sum an id has many rows, whose sum is the charge.
    if (way.operation !== 'sum') expect(rowDifference(simulator, STREAMS, bill.live())).toBeUndefined()
  }
}

describe('what CloudZero has is the charges, to the last decimal', () => {
  test.each(WAYS)('after crashes at any step, with every fault of CloudZero: %s', async (_, way, seed) => {
    const { random, bill, owed, faults, settled, life, expectAll } = world(way, seed)
    for (let crashes = 0; crashes < 40; ) {
      owed.owe(bill.issue())
      const plan = {
        at: pick(['asked', 'done', 'answered'] as const, random),
        method: pick(['POST', 'POST', 'GET'] as const, random),
        nth: upTo(6, random),
      }
      const endsAt = upTo(4 ** upTo(5, random), random)
      const { how, lines } = await life(random() < 0.4 ? { plan } : { endsAt })
      expect([how, ...(how === 'stuck' ? lines.slice(-5) : [])]).not.toContain('stuck')
      if (how === 'crashed' && !settled()) crashes += 1
    }
    await expectAll()
    expect(Object.keys(faults.all()).length).toBeGreaterThan(10)
    expect(bill.restated()).toBeGreaterThan(50)
  })

  test.each(WAYS)('after the state was lost between two restatements: %s', async (_, way, seed) => {
    // What others call their charges, or move to another day, cannot be told from what a stranger wrote.
    const { bill, owed, weathered, expectAll } = world(way, seed, { tame: true })
    const restate = (bill: ChargeBill): void => {
      for (let times = 0; times < 5; times += 1) owed.owe(bill.issue())
    }
    for (let losses = 0; losses < 2; losses += 1) {
      restate(bill)
      await expectAll()
      weathered.file = newStateFile()
    }
    restate(bill)
    await expectAll()
    expect(bill.restated()).toBeGreaterThan(50)
  })
})
