import { AuthError, type BillowError, Retryable, Throttled } from '@billow/core'
import { type Case, caseWith } from '../case.ts'
import { must } from '../must.ts'
import type { Faults, Outside } from '../spec.ts'
import { attempt, type Trial } from './trial.ts'

type Fault = Exclude<keyof Faults<Outside>, 'heal'>

/** What a sink makes of an outside that fails, and that it says no secret of it. */
export function errorCases<O extends Outside>({ spec, events, within }: Trial<O>): readonly Case[] {
  const { faults = {}, refuses = [] } = spec
  const underFault = (fault: Fault, name: string, kind: typeof BillowError): Case =>
    caseWith(name, { what: `faults.${fault}`, value: faults[fault] }, () =>
      within(async ({ world, writer }) => {
        await world.fault(fault)
        const { because, safe } = await attempt(writer, events(3))
        must(safe.length === 0, 'it took events as if nothing were')
        must(
          because instanceof kind,
          because ? `because of ${because.name}: ${because.message}` : 'it gave no reason',
        )
      }),
    )
  return [
    underFault('deny', 'errors: refused access is an AuthError', AuthError),
    underFault('fail', 'errors: a failure outside is a Retryable', Retryable),
    underFault('throttle', 'errors: being too fast is a Throttled', Throttled),
    {
      name: 'secrets: none is in the log, an error or a refusal',
      async run() {
        const troubles = (['deny', 'fail', 'throttle'] as const).filter(fault => faults[fault])
        for (const trouble of [undefined, ...troubles]) {
          await within(async ({ world, writer }) => {
            if (trouble) await world.fault(trouble)
            const { because, refused } = await attempt(writer, [...events(3), ...refuses])
            world.secrecy.heard('an error of write', because)
            for (const { reason } of refused) world.secrecy.heard('a refusal', reason)
            world.secrecy.prove()
          })
        }
      },
    },
  ]
}
