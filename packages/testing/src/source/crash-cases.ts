import type { CloudEvent } from '@billow/core'
import type { Case } from '../case.ts'
import { must } from '../must.ts'
import { randomFrom, sample } from '../random.ts'
import type { Outside } from '../spec.ts'
import type { CrashAt, Place } from './life.ts'
import type { Trial } from './reference.ts'
import { type Sinking, slowSink } from './sink.ts'

/** Rules, and the places where a crash puts them to the test. */
const CRASHES: Readonly<Record<string, readonly Place[]>> = {
  'between reading and delivery': [
    'after a batch was read',
    'before a write',
    'during a write',
    'after a write',
  ],
  'around a commit': ['before a commit', 'after a commit'],
  'while the state is written': [
    'after a write to the state',
    'after a write in a transaction',
    'after a transaction',
  ],
}
/** Of one place; more of a kind do not show more. */
const MOST_OF_A_PLACE = 12
const CRASHES_IN_A_ROW = 8
/** So many crashes come right after the start: what fails again and again wears a source out. */
const EARLY = 4

/** After a crash at any point nothing is lost and nothing is unknown: what is read again has its first id. */
export function crashCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  const { seed = 1 } = trial.spec

  async function settle(how: string, crashes: readonly CrashAt[], sink: Sinking): Promise<void> {
    const { ledger } = await trial.reference()
    await trial.within(async world => {
      const accepted: CloudEvent[] = []
      for (const crashAt of crashes) {
        accepted.push(...(await trial.run(world, { crashAt, ...sink })).accepted)
      }
      const last = await trial.run(world)
      try {
        if (last.error) throw last.error
        ledger.settle([...accepted, ...last.accepted])
      } catch (error) {
        throw new Error(`${how}: ${(error as Error).message}`, { cause: error })
      }
    })
  }

  const single = Object.entries(CRASHES).map(([where, among]) => ({
    name: `crash: ${where} loses nothing`,
    async run() {
      const { places } = await trial.reference()
      const random = randomFrom(seed)
      for (const place of among) {
        const count = places.filter(reached => reached === place).length
        const all = Array.from({ length: count }, (_, after) => after)
        for (const [index, after] of sample(all, MOST_OF_A_PLACE, random).entries()) {
          const how = `crash ${place}, after ${after} others`
          await settle(how, [{ among: [place], after }], {})
          if (index % 2 === 0)
            await settle(`${how}, with several writes at once`, [{ among: [place], after }], slowSink(random))
        }
      }
    },
  }))
  return [
    ...single,
    {
      name: 'crash: again and again loses nothing',
      async run() {
        const { places } = await trial.reference()
        must(places.length > 0, 'nothing was read')
        const random = randomFrom(seed)
        const among = Object.values(CRASHES).flat()
        const crashes = Array.from({ length: CRASHES_IN_A_ROW }, (_, index) => ({
          among,
          after: Math.floor(random() * (index < EARLY ? EARLY : places.length)),
        }))
        await settle(
          `crashes after ${crashes.map(({ after }) => after).join(', ')} places (seed ${seed})`,
          crashes,
          slowSink(random),
        )
      },
    },
  ]
}
