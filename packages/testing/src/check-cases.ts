import { type AnyConnector, AuthError, Retryable } from '@billow/core'
import { setTimeout } from 'node:timers/promises'
import { type Case, caseWith } from './case.ts'
import { errorOf, must } from './must.ts'
import { within } from './patience.ts'
import type { Faults, Outside, Spec } from './spec.ts'
import { inWorld, type World } from './world.ts'

type Fault = Exclude<keyof Faults<Outside>, 'heal'>

export const ABORT_MS = 1000
/** Time for a request to reach what hangs. */
const UNDER_WAY_MS = 50

/** The rules of a connector's `check`. */
export function checkCases<O extends Outside>(connector: AnyConnector, spec: Spec<O>): readonly Case[] {
  if (!connector.check) return []
  const check = async (
    world: World<O>,
    signal = new AbortController().signal,
  ): Promise<readonly string[]> => {
    const lines = (await connector.check?.(world.context(signal))) ?? []
    world.secrecy.heard('a line of check', lines)
    return lines
  }
  const underFault = (fault: Fault, kind: typeof AuthError | typeof Retryable): Case =>
    caseWith(
      `check: ${fault === 'deny' ? 'refused access' : 'a failure outside'} is ${kind.name === 'AuthError' ? 'an' : 'a'} ${kind.name}`,
      { what: `faults.${fault}`, value: spec.faults?.[fault] },
      () =>
        inWorld(connector, spec, async world => {
          await world.fault(fault)
          const error = await errorOf(check(world))
          must(
            error instanceof kind,
            error ? `it threw ${error.name}: ${error.message}` : 'it found nothing wrong',
          )
          world.secrecy.heard('an error of check', error)
          world.secrecy.prove()
        }),
    )
  return [
    {
      name: 'check: says what it saw, in lines without a secret',
      run: () =>
        inWorld(connector, spec, async world => {
          const lines = await check(world)
          const wrong = lines.filter(line => line.trim() === '' || line.includes('\n'))
          must(
            lines.length > 0 && wrong.length === 0,
            'give lines that tell the user what was seen, each one line',
          )
          world.secrecy.prove()
        }),
    },
    underFault('deny', AuthError),
    underFault('fail', Retryable),
    caseWith(
      'check: ends within a second of an abort',
      { what: 'faults.hang', value: spec.faults?.hang },
      () =>
        inWorld(connector, spec, async world => {
          await world.fault('hang')
          const stop = new AbortController()
          const checking = errorOf(check(world, stop.signal))
          await setTimeout(UNDER_WAY_MS)
          stop.abort()
          const late = 'it goes on: give its signal to every request and every wait'
          const error = await within(ABORT_MS, checking, late)
          must(error !== undefined, 'it found nothing wrong with what does not answer')
        }),
    ),
  ]
}
