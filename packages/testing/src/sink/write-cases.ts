import { BillowError, type CloudEvent } from '@billow/core'
import { type Case, caseWith } from '../case.ts'
import { must, nameOf, some } from '../must.ts'
import { randomFrom } from '../random.ts'
import type { Outside } from '../spec.ts'
import { type Attempt, attempt, type Trial } from './trial.ts'

const BATCH = 7
const ROUNDS = 12

/** The rules of what a write says. */
export function writeCases<O extends Outside>(trial: Trial<O>): readonly Case[] {
  const { spec, events, within, mustHold } = trial
  const { seed = 1, faults, refuses } = spec
  const outages = faults?.fail && faults.heal ? faults : undefined
  return [
    {
      name: 'writes: what is acknowledged is safe, and unchanged',
      run: () =>
        within(async ({ world, writer }) => {
          for (let round = 1; round <= 3; round += 1) {
            const ended = await attempt(writer, events(BATCH, (round - 1) * BATCH))
            must(
              ended.safe.length === BATCH,
              `not taken: ${ended.because?.message ?? ended.refused[0]?.reason}`,
            )
            // A process that is killed now has no other chance.
            await mustHold(world, events(round * BATCH))
          }
        }),
    },
    {
      name: 'writes: as many at once as it says',
      run: () =>
        within(async ({ world, writer }) => {
          const { concurrency = 1 } = writer
          must(Number.isInteger(concurrency) && concurrency > 0, `concurrency is ${concurrency}`)
          const batches = Array.from({ length: concurrency * 2 }, (_, index) => events(BATCH, index * BATCH))
          for (let at = 0; at < batches.length; at += concurrency) {
            const writes = batches.slice(at, at + concurrency).map(batch => attempt(writer, batch))
            for (const { safe, because } of await Promise.all(writes)) {
              must(safe.length === BATCH, `not taken: ${because?.message}`)
            }
          }
          await mustHold(world, batches.flat())
          const names = (await spec.stored(world.outside)).map(nameOf)
          must(names.length === new Set(names).size, 'what was written once is stored twice')
        }),
    },
    caseWith('writes: what is refused is named, and nothing else', { what: 'refuses', value: refuses }, bad =>
      within(async ({ world, writer }) => {
        const good = events(BATCH)
        const ended = await attempt(writer, [...good.slice(0, 3), ...bad, ...good.slice(3)])
        must(ended.unsent.length === 0, `unsent: ${ended.because?.message}`)
        const named = ended.refused.map(({ event }) => nameOf(event))
        must(
          named.toSorted().join('\n') === bad.map(nameOf).toSorted().join('\n'),
          `refused are ${some(named) || 'none'}, and not ${some(bad.map(nameOf))}`,
        )
        const reasons = ended.refused.map(({ reason }) => reason)
        must(
          reasons.every(reason => /^[^\n]*\S[^\n]*$/.test(reason)),
          'a reason is one line for a person',
        )
        await mustHold(world, good)
      }),
    ),
    caseWith(
      'writes: an event is safe, refused or unsent',
      { what: 'faults.fail and faults.heal', value: outages },
      () =>
        within(async ({ world, writer }) => {
          const random = randomFrom(seed)
          const written: CloudEvent[] = []
          const safe: CloudEvent[] = []
          for (let round = 0; round < ROUNDS; round += 1) {
            const batch = [...events(BATCH, round * BATCH), ...(refuses ?? [])]
            // The outage begins while the write is under way, or before it, or not at all.
            const outage = random()
            if (outage < 0.3) await world.fault('fail')
            const writing = attempt(writer, batch)
            if (outage > 0.6) await world.fault('fail')
            const ended = await writing
            await world.heal()
            mustBeHonest(batch, ended)
            written.push(...batch)
            safe.push(...ended.safe)
          }
          await mustHold(world, safe, written)
          const refused = new Set((refuses ?? []).map(nameOf))
          const both = (await spec.stored(world.outside)).map(nameOf).filter(name => refused.has(name))
          must(both.length === 0, `seed ${seed}: refused, and stored all the same: ${some(both)}`)
        }),
    ),
    caseWith(
      'writes: an event that comes twice is stored once',
      { what: 'idempotent', value: spec.idempotent },
      () =>
        within(async ({ world, writer }) => {
          for (let time = 0; time < 2; time += 1) await attempt(writer, events(BATCH))
          await mustHold(world, events(BATCH))
          const names = (await spec.stored(world.outside)).map(nameOf)
          must(names.length === BATCH, `${BATCH} events written twice are stored ${names.length} times`)
        }),
    ),
    {
      name: 'crash: it opens again after one, and has lost nothing',
      run: () =>
        within(async ({ world, writer }) => {
          await attempt(writer, events(BATCH))
          // The first writer is not closed: the process is gone.
          const second = await spec.sink.open(world.context(new AbortController().signal))
          try {
            await attempt(second, events(BATCH, BATCH))
            await mustHold(world, events(2 * BATCH))
          } finally {
            await second.close?.()
          }
        }),
    },
  ]
}

function mustBeHonest(batch: readonly CloudEvent[], { refused, unsent, because }: Attempt): void {
  const named = [...refused.map(({ event }) => event), ...unsent]
  const strange = named.filter(event => !batch.includes(event))
  must(strange.length === 0, `named, but not written: ${some(strange.map(nameOf))}`)
  must(named.length === new Set(named).size, 'an event is named twice: refused or unsent, not both')
  must(
    unsent.length === 0 || because instanceof BillowError,
    `unsent, because of ${because?.name ?? 'nothing'}: give one of the error classes`,
  )
}
