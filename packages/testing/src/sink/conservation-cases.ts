import { connect, type CloudEvent, type Sink, type Source, Type } from '@billow/core'
import { type Case, caseWith } from '../case.ts'
import { must, nameOf } from '../must.ts'
import { within } from '../patience.ts'
import { randomFrom } from '../random.ts'
import type { Outside } from '../spec.ts'
import { inWorld } from '../world.ts'
import type { Trial } from './trial.ts'

const BATCHES = 12
const BATCH = 5
const OUTAGES = 0.4
const REST_MS = 4000

interface Scenario {
  readonly outages?: boolean
  readonly refusals?: boolean
}

/** What is stored and what is dead-lettered together are what was produced, whatever happens outside. */
export function conservationCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  const { faults, refuses } = trial.spec
  const outages = { what: 'faults.fail and faults.heal', value: faults?.fail && faults.heal }
  const refusals = { what: 'refuses', value: refuses }
  const named = (what: string): string =>
    `faults: with ${what}, stored and dead-lettered are all that was produced`
  const both = outages.value && refusals.value
  return [
    { name: named('nothing wrong'), run: () => carry(trial, {}) },
    caseWith(named('outages'), outages, () => carry(trial, { outages: true })),
    caseWith(named('refusals'), refusals, () => carry(trial, { refusals: true })),
    caseWith(named('both'), { what: `${outages.what}, and refuses`, value: both }, () =>
      carry(trial, { outages: true, refusals: true }),
    ),
  ]
}

async function carry<O extends Outside>(
  { spec, events, mustHold }: Trial<O>,
  { outages = false, refusals = false }: Scenario,
): Promise<void> {
  const { sink, refuses = [], seed = 1 } = spec
  const random = randomFrom(seed)
  await inWorld(sink, spec, async world => {
    const batches = Array.from({ length: BATCHES }, (_, index) => events(BATCH, index * BATCH))
    // Behind one that is taken: of everything refused the runtime would make no dead letters.
    if (refusals) for (const event of refuses) batches[1 + Math.floor(random() * (BATCHES - 1))]?.push(event)
    const dead = new Set<string>()
    const watched: Sink = {
      name: sink.name,
      config: sink.config,
      async open(context) {
        const writer = await sink.open(context)
        return {
          concurrency: writer.concurrency ?? 1,
          run: async signal => writer.run?.(signal),
          close: async () => writer.close?.(),
          async write(sent, signal) {
            if (outages) await (random() < OUTAGES ? world.fault('fail') : world.heal())
            return writer.write(sent, signal)
          },
        }
      },
    }
    const end = new AbortController()
    const carrying = connect(sourceOf(batches, dead), world.side, watched, world.side, {
      attempts: 0,
      restart: false,
      status: world.status(),
      stop: end.signal,
      abandon: end.signal,
      random,
    })
    await within(REST_MS, carrying, 'the connection does not end: run ends when its signal aborts')
    const produced = batches.flat()
    await mustHold(
      world,
      produced.filter(event => !dead.has(nameOf(event))),
      produced,
    )
    const wrong = refusals && refuses.some(event => !dead.has(nameOf(event)))
    must(!wrong, `seed ${seed}: an event that must be refused was taken`)
  })
}

function sourceOf(batches: readonly (readonly CloudEvent[])[], dead: Set<string>): Source {
  return {
    name: 'source-of-the-test',
    config: Type.Object({}),
    order: 'ordered',
    async *read() {
      for (const events of batches) {
        yield {
          events,
          async commit(refused) {
            for (const { event } of refused) dead.add(nameOf(event))
          },
        }
      }
    },
  }
}
