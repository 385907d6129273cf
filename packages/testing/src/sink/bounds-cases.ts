import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Case } from '../case.ts'
import { must } from '../must.ts'
import { breathe } from '../patience.ts'
import type { Outside } from '../spec.ts'
import { attempt, type Trial } from './trial.ts'

const BATCH = 50
const BATCHES = 10
const ROUNDS = 2

/** A sink keeps nothing of what it acknowledged: it may run for years. */
export function boundsCases<O extends Outside>({ events, within }: Trial<O>): readonly Case[] {
  return [
    {
      name: 'memory: an event that was acknowledged is not kept',
      run: () =>
        within(async ({ writer }) => {
          const written: WeakRef<object>[] = []
          for (let round = 0; round < BATCHES; round += 1) {
            // Copies, so that nobody but the sink has them.
            const batch = events(BATCH, round * BATCH).map(event => ({ ...event }))
            written.push(...batch.map(event => new WeakRef(event)))
            await attempt(writer, batch)
          }
          await collectGarbage()
          const kept = written.filter(event => event.deref() !== undefined).length
          must(kept <= 2 * BATCH, `${kept} of ${written.length} events are still in memory`)
        }),
    },
  ]
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < ROUNDS; round += 1) {
    // What was looked at is kept until the end of its turn.
    await breathe()
    collect()
  }
}
