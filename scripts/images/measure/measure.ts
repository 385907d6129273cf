import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../../packages/core/test/support/port.ts'
import { type Spread, spread } from '../../../bench/spread.ts'
import { REGISTRY } from '../build.ts'
import type { Built } from '../prepare.ts'
import { startBox } from './box.ts'
import { LIMIT } from './budgets.ts'
import { loadOf } from './loads.ts'
import { type Memory, memoryOf, watchMemory } from './memory.ts'
import { type Size, sizeOver } from './size.ts'

const STARTS = 5
const SETTLED_MS = 10_000
const EVENTS = 15_000

export interface Figures {
  readonly app: string
  readonly size: Size
  readonly startMs: Spread
  readonly idle: Memory
  /** The most under load. */
  readonly loaded: Memory
  /** Events a second that were measured. */
  readonly rate: number
}

/** Measures an image: what it takes to store, to start, to wait and to work. */
export async function measure({ engine, base }: Built, app: string): Promise<Figures> {
  const size = await sizeOver(engine, base, `${REGISTRY}/${app}`)
  const load = await loadOf(app)
  try {
    const starts: number[] = []
    let idle: Memory | undefined
    for (let at = 0; at < STARTS; at += 1) {
      const box = await startBox(engine, { ...load.idle(await freePort()), limit: LIMIT })
      starts.push(box.startMs)
      if (at === STARTS - 1) {
        await wait(SETTLED_MS)
        idle = memoryOf(box.pid)
      }
      await box.remove()
    }
    let watch: ReturnType<typeof watchMemory> | undefined
    let loaded: Memory | undefined
    const rate = await load.run(engine, {
      events: EVENTS,
      port: await freePort(),
      limit: LIMIT,
      onBox({ pid }) {
        watch = watchMemory(pid)
      },
      async onEnd() {
        loaded = watch?.end()
      },
    })
    if (!idle || !loaded) throw new Error(`${app} was not measured`)
    return { app, size, startMs: spread(starts), idle, loaded, rate }
  } finally {
    await load.close()
  }
}
