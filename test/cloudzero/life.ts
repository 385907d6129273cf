import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  connect,
  createStatus,
  loadConfig,
  openSqliteStore,
  programOf,
  type Source,
  Type,
} from '@billow/core'
import { cloudzero } from '@billow/sink-cloudzero'
import { configOf, type Way } from '../../soak/charges/config.ts'
import { type DoorPlan, openDoor } from '../../soak/charges/door.ts'
import { FOREIGN_CURRENCY } from '../../soak/charges/bill.ts'
import type { Owed } from '../../soak/charges/sender.ts'
import { testContext } from '../support/context.ts'
import { mortal } from './crashing.ts'

export interface LifeOptions {
  readonly way: Way
  /** The simulator of CloudZero. */
  readonly url: string
  /** The file of the state. */
  readonly file: string
  readonly owed: Owed
  /** The step at which it ends, if it comes so far. */
  readonly endsAt?: number
  /** The request to CloudZero at which it ends. */
  readonly plan?: Omit<DoorPlan, 'reached'>
  readonly onRequest: (door: Awaited<ReturnType<typeof openDoor>>) => void
  /** Whether nothing is owed, and CloudZero has all. */
  readonly settled: () => boolean
}

/** How a life ended, and what its log said. */
export interface LifeEnd {
  readonly how: 'crashed' | 'settled' | 'stuck'
  readonly lines: readonly string[]
}

export const newStateFile = (): string => join(mkdtempSync(join(tmpdir(), 'billow-')), 'billow.db')

const SETTLED_LOOKS = 3
const LOOK_MS = 15
/** Looks without a request after which nothing more will come. */
const STUCK_LOOKS = 700

/** Runs the sink in this process over a state on the disk, until it crashes, or all is settled. */
export async function liveInProcess(options: LifeOptions): Promise<LifeEnd> {
  const { way, url, file, owed, endsAt = Number.POSITIVE_INFINITY, plan, onRequest, settled } = options
  const life = mortal(endsAt)
  const door = await openDoor({ url, onRequest: () => onRequest(door) })
  door.plan(plan && { ...plan, reached: life.die })
  const { config } = loadConfig({
    schema: programOf(cloudzero).schema,
    file: 'config.yml',
    text: configOf(door.url, way),
    env: {},
    variables: {},
  })
  const store = openSqliteStore(file)
  const stop = new AbortController()
  const context = testContext(config)
  const side = { ...context, state: life.state(store.open(cloudzero.name)), clock: life.clock }
  const sender = sending(owed, life.dead)
  const running = connect(sender.source, side, cloudzero, side, {
    attempts: 3,
    status: createStatus(cloudzero.name, life.clock.now),
    stop: stop.signal,
    abandon: stop.signal,
    restart: true,
  })
  const quiet = watch(settled, door.requests)
  const how = await Promise.race([
    life.ended.then(() => 'crashed' as const),
    quiet.over,
    running.then(() => 'stuck' as const),
  ])
  quiet.end()
  if (how === 'crashed') sender.giveBack()
  stop.abort()
  if (how !== 'crashed') await running
  door.close()
  await store.close()
  if (sender.faults.length > 0) throw new Error(`the sink refused what it should take: ${sender.faults[0]}`)
  return { how, lines: context.lines }
}

/** What is owed, as a source whose sender sends again what is not acknowledged. */
function sending(
  owed: Owed,
  dead: () => boolean,
): { source: Source; faults: readonly string[]; giveBack(): void } {
  const faults: string[] = []
  const under = new Set<ReturnType<Owed['take']>>()
  const end = (taken: ReturnType<Owed['take']>, how: 'settle' | 'giveBack'): void => {
    if (under.delete(taken)) owed[how](taken)
  }
  const source: Source = {
    name: 'sender',
    config: Type.Object({}),
    order: 'independent',
    async *read({ signal }) {
      while (!signal.aborted && !dead()) {
        const taken = owed.take()
        if (taken.length === 0) {
          await wait(2)
          continue
        }
        under.add(taken)
        yield {
          events: taken.map(({ event }) => event),
          async commit(refused) {
            if (dead()) return
            const wrong = refused.find(({ event }) => !JSON.stringify(event.data).includes(FOREIGN_CURRENCY))
            if (wrong) faults.push(wrong.reason)
            end(taken, 'settle')
          },
          release: async () => end(taken, 'giveBack'),
        }
      }
    },
  }
  return {
    source,
    faults,
    giveBack() {
      for (const taken of under) end(taken, 'giveBack')
    },
  }
}

/** Says when all is settled for some time, or when nothing happens any more. */
function watch(settled: () => boolean, requests: () => number) {
  const over = Promise.withResolvers<'settled' | 'stuck'>()
  let looks = 0
  let still = 0
  let before = requests()
  const timer = setInterval(() => {
    still = requests() === before ? still + 1 : 0
    before = requests()
    looks = still > 0 && settled() ? looks + 1 : 0
    if (looks === SETTLED_LOOKS) over.resolve('settled')
    if (still === STUCK_LOOKS) over.resolve('stuck')
  }, LOOK_MS)
  return { over: over.promise, end: () => clearInterval(timer) }
}
