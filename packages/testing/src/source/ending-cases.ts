import { type Case, caseWith } from '../case.ts'
import { handles, leftBeyond } from '../handles.ts'
import { must } from '../must.ts'
import type { Outside } from '../spec.ts'
import type { Trial } from './reference.ts'

/** The rules of stopping: within a second, and nothing stays behind. */
export function endingCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  const { faults } = trial.spec
  const hang = { what: 'faults.hang', value: faults?.hang }
  return [
    {
      name: 'abort: ends within a second while it reads',
      run: () => trial.within(async world => void (await trial.run(world, { stopAt: 'a batch' }))),
    },
    {
      name: 'abort: ends within a second while it waits',
      run: () => trial.within(async world => void (await trial.run(world, { stopAt: 'a wait' }))),
    },
    caseWith('abort: ends within a second while the outside hangs', hang, () =>
      trial.within(async world => {
        await world.fault('hang')
        await trial.run(world, { stopAt: 'a request' })
      }),
    ),
    {
      name: 'handles: none is left after the end',
      async run() {
        const before = await handles()
        await trial.within(async world => {
          await trial.run(world)
          if (!faults?.hang) return
          await world.fault('hang')
          await trial.run(world, { stopAt: 'a request' })
        })
        const left = await leftBeyond(before)
        must(left.length === 0, `left open: ${left.join(', ')}`)
      },
    },
  ]
}
