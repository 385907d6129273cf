import {
  AuthError,
  type BillowError,
  type CloudEvent,
  type Outcome,
  Retryable,
  Throttled,
} from '@billow/core'
import { type Case, caseWith } from '../case.ts'
import { must, nameOf } from '../must.ts'
import { randomFrom } from '../random.ts'
import type { Faults, Outside } from '../spec.ts'
import type { Reference, Trial } from './reference.ts'
import { type Answer, WRITES_AT_ONCE } from './sink.ts'

type Fault = Exclude<keyof Faults<Outside>, 'heal'>

/** Accepted and refused for good together are what was produced, whatever the sink does. */
export function sinkFaultCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  const { seed = 1 } = trial.spec
  const scenario = (what: string, chances: Chances): Case => ({
    name: `faults: with ${what}, accepted and dead-lettered are all that was produced`,
    async run() {
      const reference = await trial.reference()
      await trial.within(async world => {
        const doomed = doomedOf(reference, chances, randomFrom(seed))
        const isDoomed = (event: CloudEvent): boolean => doomed.has(nameOf(world.plain(event)))
        const answer = faultySink(isDoomed, chances, randomFrom(seed))
        const { accepted, refused, error } = await trial.run(world, {
          answer,
          // A reading that begins anew between refusals would have to wait for an event that is taken.
          attempts: chances.permanent === undefined ? 1 : 0,
          concurrency: WRITES_AT_ONCE,
        })
        try {
          if (error) throw error
          reference.ledger.settle(accepted, refused)
        } catch (failure) {
          throw new Error(`seed ${seed}: ${(failure as Error).message}`, { cause: failure })
        }
      })
    },
  })
  return [
    scenario('every write taken', {}),
    scenario('retryable failures', { retryable: 0.4 }),
    scenario('refusals', { permanent: 0.3 }),
    scenario('both', { retryable: 0.4, permanent: 0.3 }),
  ]
}

interface Chances {
  /** That an attempt fails, wholly or in part. */
  readonly retryable?: number
  /** That an event is refused, whenever it comes. */
  readonly permanent?: number
}

/** Names of the events that are refused. Of everything refused the runtime would make no dead letters. */
function doomedOf({ events }: Reference, { permanent = 0 }: Chances, random: () => number): Set<string> {
  return new Set(
    events
      .slice(1)
      .filter(() => random() < permanent)
      .map(nameOf),
  )
}

function faultySink(
  isDoomed: (event: CloudEvent) => boolean,
  { retryable = 0 }: Chances,
  random: () => number,
): Answer {
  return (events): Outcome => {
    if (random() < retryable / 2) throw new Retryable('the sink of the test is down')
    const unsent = random() < retryable ? events.filter(() => random() < 0.5) : []
    const refused = events
      .filter(event => isDoomed(event) && !unsent.includes(event))
      .map(event => ({ event, reason: 'the sink of the test refuses it', status: 422 }))
    return { refused, unsent, because: new Retryable('the sink of the test took a part') }
  }
}

/** What a source makes of an outside that fails. */
export function outsideFaultCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  const { faults, source } = trial.spec
  const underFault = (fault: Fault, name: string, kind: typeof BillowError): Case =>
    caseWith(name, { what: `faults.${fault}`, value: faults?.[fault] }, () =>
      trial.within(async world => {
        await world.fault(fault)
        const { error } = await trial.run(world, { restart: false })
        must(
          error instanceof kind,
          error ? `it threw ${error.name}: ${error.message}` : 'it read on as if nothing were',
        )
      }),
    )
  const passing = (['fail', 'throttle', 'deny'] as const).find(fault => faults?.[fault])
  const healing = passing && faults?.heal ? passing : undefined
  return [
    underFault('deny', 'errors: refused access is an AuthError', AuthError),
    underFault('fail', 'errors: a failure outside is a Retryable', Retryable),
    underFault('throttle', 'errors: being too fast is a Throttled', Throttled),
    caseWith(
      'errors: after a failure outside all is read',
      { what: 'faults.heal', value: healing },
      async fault => {
        const { ledger } = await trial.reference()
        await trial.within(async world => {
          await world.fault(fault)
          const before = await trial.run(world, { restart: false })
          await world.heal()
          const after = await trial.run(world)
          if (after.error) throw after.error
          ledger.settle([...before.accepted, ...after.accepted])
          must(source.order === 'independent' || before.error !== undefined, 'the failure was not noticed')
        })
      },
    ),
  ]
}
