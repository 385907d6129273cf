import { validateEvent } from '@billow/core'
import { type Case, caseWith } from '../case.ts'
import { errorOf, must, nameOf, some } from '../must.ts'
import type { Outside } from '../spec.ts'
import type { Trial } from './reference.ts'

/** The rules of what a source yields. */
export function eventsCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  return [
    {
      name: 'events: are CloudEvents 1.0.2',
      async run() {
        for (const event of (await trial.reference()).batches.flat()) {
          const error = await errorOf((async () => validateEvent(event))())
          must(error === undefined, `${nameOf(event)}: ${error?.message}`)
        }
      },
    },
    {
      name: 'events: no two of a reading have the same source and id',
      async run() {
        const names = (await trial.reference()).events.map(nameOf)
        const twice = names.filter((name, index) => names.indexOf(name) !== index)
        must(twice.length === 0, `twice: ${some(new Set(twice))}`)
      },
    },
    caseWith(
      'events: are as many as there are',
      { what: 'produces', value: trial.spec.produces },
      async produces => {
        const { events } = await trial.reference()
        must(events.length === produces, `there are ${produces}, and ${events.length} were read`)
      },
    ),
    {
      name: 'events: read anew, they have the same ids and the same data',
      async run() {
        const { ledger } = await trial.reference()
        await trial.within(async world => ledger.settle((await trial.run(world)).accepted))
      },
    },
    caseWith('check: takes no event away', { what: 'a check', value: trial.spec.source.check }, async () => {
      const { ledger } = await trial.reference()
      await trial.within(async world => {
        await trial.spec.source.check?.(world.context(new AbortController().signal))
        ledger.settle((await trial.run(world)).accepted)
      })
    }),
  ]
}
