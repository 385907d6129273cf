import { setTimeout } from 'node:timers/promises'
import { type Case, caseWith } from '../case.ts'
import { handles, leftBeyond } from '../handles.ts'
import { must } from '../must.ts'
import { within as inTime } from '../patience.ts'
import type { Outside } from '../spec.ts'
import { inWorld } from '../world.ts'
import { attempt, type Trial } from './trial.ts'

const END_MS = 1000
/** Time for a request to reach the outside. */
const UNDER_WAY_MS = 50

/** The rules of stopping: within a second, and nothing stays behind. */
export function endingCases<O extends Outside>({
  spec,
  events,
  within,
  mustHold,
}: Trial<O>): readonly Case[] {
  return [
    caseWith('abort: a write ends within a second', { what: 'faults.hang', value: spec.faults?.hang }, () =>
      within(async ({ world, writer }) => {
        await world.fault('hang')
        const abandon = new AbortController()
        const writing = attempt(writer, events(3), abandon.signal)
        await setTimeout(UNDER_WAY_MS)
        abandon.abort()
        const { safe } = await inTime(END_MS, writing, 'the write goes on: give its signal to every request')
        await mustHold(world, safe, events(3))
      }),
    ),
    {
      name: 'abort: the background work ends within a second',
      run: () =>
        within(async ({ writer }) => {
          const abandon = new AbortController()
          // What it rejects with after an abort is nobody's concern.
          const working = Promise.resolve(writer.run?.(abandon.signal)).catch(() => undefined)
          await setTimeout(UNDER_WAY_MS)
          abandon.abort()
          await inTime(END_MS, working, 'run goes on: it ends when its signal aborts')
        }),
    },
    {
      name: 'handles: none is left after close',
      async run() {
        const before = await handles()
        await inWorld(spec.sink, spec, async world => {
          const ending = new AbortController()
          const writer = await spec.sink.open(world.context(ending.signal))
          const working = Promise.resolve(writer.run?.(ending.signal)).catch(() => undefined)
          await attempt(writer, events(3))
          ending.abort()
          await inTime(END_MS, working, 'run goes on: it ends when its signal aborts')
          await writer.close?.()
        })
        const left = await leftBeyond(before)
        must(left.length === 0, `left open: ${left.join(', ')}`)
      },
    },
  ]
}
