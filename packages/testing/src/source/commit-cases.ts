import { type CloudEvent, Retryable } from '@billow/core'
import type { Case } from '../case.ts'
import { must, nameOf, some } from '../must.ts'
import { randomFrom } from '../random.ts'
import type { Outside } from '../spec.ts'
import type { Trial } from './reference.ts'
import { slowSink } from './sink.ts'

const MOST_EVENTS = 1000

/** The rules of reading, delivering and committing. */
export function commitCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  const { source, seed = 1 } = trial.spec
  return [
    {
      name: 'commits: what is released is read again',
      async run() {
        const { ledger } = await trial.reference()
        await trial.within(async world => {
          let failures = 0
          const answer = (): undefined => {
            failures += 1
            if (failures <= 2) throw new Retryable('the sink of the test is down')
          }
          const { accepted, refused } = await trial.run(world, { answer, attempts: 1 })
          ledger.settle(accepted, refused)
        })
      },
    },
    {
      name: 'commits: reading goes on ahead of them',
      async run() {
        const { ledger } = await trial.reference()
        await trial.within(async world => {
          const { accepted } = await trial.run(world, slowSink(randomFrom(seed)))
          ledger.settle(accepted)
          must(accepted.length === ledger.names.size, `read twice: ${some(repeated(accepted))}`)
        })
      },
    },
    {
      name: 'commits: what was committed is not read again',
      async run() {
        const { ledger, batches } = await trial.reference()
        // A place may include the last batch; senders of an independent source know themselves what is done.
        const most =
          source.order === 'independent' ? 0 : (batches.findLast(({ length }) => length > 0)?.length ?? 0)
        await trial.within(async world => {
          await trial.run(world)
          const { accepted } = await trial.run(world, { restart: false })
          must(
            accepted.length <= most && accepted.length < Math.max(ledger.names.size, most + 1),
            `${accepted.length} of ${ledger.names.size} events were read again: save the place in commit`,
          )
        })
      },
    },
    {
      name: `commits: a batch is at most ${MOST_EVENTS} events`,
      async run() {
        const { batches } = await trial.reference()
        const largest = Math.max(...batches.map(({ length }) => length))
        must(largest <= MOST_EVENTS, `one has ${largest}: a crash would repeat all of them`)
      },
    },
  ]
}

function repeated(events: readonly CloudEvent[]): Set<string> {
  const names = events.map(nameOf)
  return new Set(names.filter((name, index) => names.indexOf(name) !== index))
}
