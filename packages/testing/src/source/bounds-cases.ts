import { setTimeout } from 'node:timers/promises'
import { type Case, caseWith } from '../case.ts'
import { must } from '../must.ts'
import type { Outside } from '../spec.ts'
import type { Trial } from './reference.ts'

/** A request may be under way when the sink is asked, and one more may be read ahead. */
const MOST_AHEAD = 2
const WHILE_MS = 150

/** A source is not read further ahead than the sink follows. */
export function boundsCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  return [
    caseWith(
      'memory: while the sink does not answer, no more is read',
      { what: 'requests', value: trial.spec.requests },
      requests =>
        trial.within(async world => {
          let ahead: number | undefined
          await trial.run(world, {
            async answer() {
              if (ahead === undefined) {
                const first = requests(world.outside)
                await setTimeout(WHILE_MS)
                ahead = requests(world.outside) - first
              }
              return undefined
            },
          })
          must(ahead !== undefined, 'no event came')
          must(ahead <= MOST_AHEAD, `it made ${ahead} more requests: yield what was read before you read on`)
        }),
    ),
  ]
}
