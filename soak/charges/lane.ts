import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloudzeroSimulator } from '@billow/simulators'
import { pick } from '../random.ts'
import type { Tally } from '../world/books.ts'
import { createChargeBill } from './bill.ts'
import { difference, rowDifference } from './compare.ts'
import { configOf, STREAMS, type Way } from './config.ts'
import { openDoor } from './door.ts'
import { liveOnCharges } from './life.ts'
import { CHARGE_PHASES, chargeMeans, type ChargePhase } from './phases.ts'
import { createOwed } from './sender.ts'
import { BILLED_EVERY, weather } from './weather.ts'

/** A way to send that has a sink of its own. */
export interface ChargeLane extends Way {
  readonly name: string
}

export interface ChargeLaneOptions extends ChargeLane {
  readonly broken: string | undefined
  readonly random: () => number
  readonly kills: number
  /** Told of each kill while something was open. */
  readonly onKill: (phase: ChargePhase) => void
  readonly onLife: () => void
  readonly onFault: (fault: string) => void
  readonly faults: Tally
}

/** What a lane went through. */
export interface ChargeCount {
  readonly charges: number
  readonly restated: number
  readonly sentAgain: number
  readonly live: number
  readonly drops: number
}

/** Where so many lives in a row end before their kill, something is wrong. */
const MOST_MISSES = 15
/** Until all is settled, with nothing in the way. */
const LAST_LIVES = 3

/** A sink on one data directory, killed again and again, and then left alone until CloudZero has all. */
export async function runChargeLane(options: ChargeLaneOptions): Promise<ChargeCount> {
  const { name, operation, broken, random, kills, onKill, onLife, faults } = options
  const onFault = (fault: string): void => options.onFault(`${name}: ${fault}`)
  const folder = mkdtempSync(join(tmpdir(), 'billow-soak-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  process.on('exit', remove)
  const dataDirectory = join(folder, 'data')
  mkdirSync(dataDirectory)
  const bill = createChargeBill({ random, currencies: Object.keys(STREAMS) })
  const owed = createOwed(random)
  let faulty = true
  const simulator = await startCloudzeroSimulator()
  const change = weather({ simulator, way: options, random, faults, faulty: () => faulty })
  const door = await openDoor({ url: simulator.url, onRequest })
  function onRequest(): void {
    if (faulty && random() < 1 / BILLED_EVERY) owed.owe(bill.issue())
    change(door)
  }
  const subject = { broken, dataDirectory, configFile: join(folder, 'config.yml') }
  writeFileSync(subject.configFile, configOf(door.url, options))
  const wrong = (): string | undefined => difference(simulator, STREAMS, bill.live())
  const settled = (): boolean => owed.open() === 0 && wrong() === undefined
  const life = (means: Parameters<typeof liveOnCharges>[1]['means']) =>
    liveOnCharges(subject, { means, door, owed, random, settled, onFault })

  try {
    let misses = 0
    for (let done = 0; done < kills && misses < MOST_MISSES; ) {
      owed.owe(bill.issue())
      const phase = pick(CHARGE_PHASES, random)
      const end = await life(chargeMeans(phase, random))
      onLife()
      if ('why' in end) onFault(end.why)
      misses = end.how === 'killed' ? 0 : misses + 1
      if (end.how !== 'killed' || settled()) continue
      done += 1
      onKill(phase)
    }
    if (misses === MOST_MISSES) onFault(`no kill in ${misses} lives`)
    await drain()
    return {
      charges: bill.issued(),
      restated: bill.restated(),
      sentAgain: owed.repeats(),
      live: bill.live().length,
      drops: simulator.requests.counts()['CreateBillingDrop']?.requests ?? 0,
    }
  } finally {
    door.close()
    await simulator.close()
    remove()
    process.off('exit', remove)
  }

  /** Fair weather and no kill. Once settled it must stay so over a start. */
  async function drain(): Promise<void> {
    faulty = false
    for (let lives = 0, ends = 0; lives < LAST_LIVES && ends < 2; lives += 1) {
      const end = await life(undefined)
      onLife()
      if ('why' in end) onFault(end.why)
      if (end.how === 'stuck') break
      if (end.how === 'settled') ends += 1
    }
    const live = bill.live()
    const found = wrong() ?? (operation === 'sum' ? undefined : rowDifference(simulator, STREAMS, live))
    if (found !== undefined) onFault(found)
    if (owed.open() > 0) onFault(`${owed.open()} charges are not acknowledged`)
  }
}
