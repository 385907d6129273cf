import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fitLine, type Line } from './fit.ts'
import { type Sample, sampleMemory } from './sampler.ts'
import { startSlowTarget } from './slow-target.ts'

const MB = 1 << 20
/** By how much the line through resident memory may rise in the last three quarters of the time. */
const RISE_BOUND = 10 * MB
/** A source that is held back reads no further ahead of the target than this. */
const AHEAD_BOUND = 2000
const SLOWEST_MS = 40

export interface MemorySoakOptions {
  readonly minutes: number
  /** A subject that keeps memory for each event: the soak must fail. */
  readonly leak: boolean
  readonly random: () => number
  readonly onSample: (sample: Sample) => void
}

export interface MemoryReport {
  readonly minutes: number
  readonly events: number
  readonly samples: readonly Sample[]
  readonly rss: Line
  readonly heap: Line
  /** How many events the source had read that the target had not acknowledged, at the most. */
  readonly mostAhead: number
  /** What was promised and is not so; empty when all is well. */
  readonly faults: readonly string[]
}

/** An endless source, on the real runtime with durable state, posts to a slow target; memory must stay flat. */
export async function soakMemory(options: MemorySoakOptions): Promise<MemoryReport> {
  const { minutes, leak, random, onSample } = options
  const folder = mkdtempSync(join(tmpdir(), 'billow-soak-'))
  const target = await startSlowTarget(SLOWEST_MS, random)
  const config = join(folder, 'config.yml')
  writeFileSync(config, `target: ${target.url}\nleak: ${leak}\nsend_event_attempts: 0\n`)
  const child = fork(join(import.meta.dirname, 'flood.ts'), {
    env: {
      ...process.env,
      CONNECTOR_CONFIG: config,
      BILLOW_DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'error',
    },
  })
  const abandon = (): unknown => child.kill('SIGKILL')
  process.on('exit', abandon)
  const ended = once(child, 'exit')
  const begun = once(child, 'message')
  const samples: Sample[] = []
  const sampler = sampleMemory(child, {
    everyMs: Math.min(5000, (minutes * 60_000) / 40),
    delivered: target.events,
    onSample(sample) {
      samples.push(sample)
      onSample(sample)
    },
  })
  try {
    const load = begun.then(() => wait(minutes * 60_000))
    const early = await Promise.race([load, ended])
    if (early) throw new Error(`the subject ended by itself with ${early[0] ?? early[1]}`)
  } finally {
    sampler.end()
    child.kill('SIGTERM')
    await ended
    process.off('exit', abandon)
    target.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return judge(samples, minutes)
}

function judge(samples: readonly Sample[], minutes: number): MemoryReport {
  const rss = fitLine(samples.map(({ seconds, rssBytes }) => [seconds, rssBytes]))
  const heap = fitLine(samples.map(({ seconds, heapBytes }) => [seconds, heapBytes]))
  const mostAhead = Math.max(...samples.map(({ read, delivered }) => read - delivered))
  const events = samples.at(-1)?.delivered ?? 0
  const faults: string[] = []
  const rise = (rss.rise / MB).toFixed(1)
  if (rss.rise > RISE_BOUND)
    faults.push(`resident memory rises by ${rise} MB; allowed are ${RISE_BOUND / MB}`)
  if (mostAhead > AHEAD_BOUND) faults.push(`the source read ${mostAhead} events ahead of the target`)
  if (events === 0) faults.push('no event was delivered')
  return { minutes, events, samples, rss, heap, mostAhead, faults }
}
