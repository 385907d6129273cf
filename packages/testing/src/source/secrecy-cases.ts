import { stringifyJson } from '@billow/core'
import type { Case } from '../case.ts'
import type { Outside } from '../spec.ts'
import type { Trial } from './reference.ts'

/** No secret of the configuration is in what a source says, in any spelling, whatever happens. */
export function secrecyCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  const { faults = {} } = trial.spec
  const troubles = (['deny', 'fail', 'throttle'] as const).filter(fault => faults[fault])
  return [
    {
      name: 'secrets: none is in the log, an error, an event or the status',
      async run() {
        for (const trouble of [undefined, ...troubles]) {
          await trial.within(async world => {
            if (trouble) await world.fault(trouble)
            const { batches } = await trial.run(world, { mostPauses: 1 })
            for (const event of batches.flat()) world.secrecy.heard('an event', stringifyJson(event))
            world.secrecy.prove()
          })
        }
      },
    },
  ]
}
