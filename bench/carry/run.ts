import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../packages/core/test/support/port.ts'
import type { Task } from './jobs.ts'
import type { Load } from './load.ts'
import { type Process, start } from './processes.ts'
import type { Portion, Usage } from './subject.ts'
import type { Counted } from './tally.ts'

/** The processes beside the subject, one of each for all runs. */
export interface Others {
  readonly sink: Process
  readonly load: Process
  /** A directory that takes the CPU profiles of the subjects. */
  readonly profile?: string | undefined
  stop(): Promise<void>
}

/** What one run of one arm used. */
export interface Figures {
  /** CPU microseconds of the subject an event. */
  readonly cpu: number
  /** Bytes. */
  readonly peak: number
  readonly events: number
}

export function startOthers(profile?: string): Others {
  const script = (name: string): string => join(import.meta.dirname, `${name}.ts`)
  const sink = start({ script: script('sink'), subject: false })
  const load = start({ script: script('load'), subject: false })
  return {
    sink,
    load,
    profile,
    stop: async () => void (await Promise.all([sink.stop(), load.stop()])),
  }
}

const READY_MS = 30_000
/** What comes twice comes soon. */
const SETTLE_MS = 100

/**
 * One run of one arm, in a fresh process: events to warm up, then events that count.
 * @throws where the events that arrived are not those that were read or posted, each once.
 */
export async function runOnce(
  { job, arm, kind, amount }: Task,
  { sink, load, profile }: Others,
): Promise<Figures> {
  const port = await freePort()
  const data = await mkdtemp(join(tmpdir(), 'billow-bench-'))
  const part = arm.part ?? 1
  const warm = Math.ceil(amount.warm * part)
  const count = Math.ceil(amount.count * part)
  const subject = start({
    script: arm.script,
    subject: true,
    profile,
    env: {
      BENCH_PORT: String(port),
      BENCH_TARGET: `http://127.0.0.1:${await sink.ask<number>('port')}`,
      BENCH_DATA: data,
      BENCH_KIND: kind,
      BENCH_BATCH: String(job.batchSize),
    },
  })
  const carry = async (from: number, to: number): Promise<void> => {
    if (job.posted) {
      const request: Load = { url: `http://127.0.0.1:${port}`, kind, from, to }
      const accepted = await load.ask<number>('post', request)
      if (accepted !== to - from)
        throw new Error(`${arm.name}: ${accepted} of ${to - from} requests were answered 2xx`)
    } else {
      const portion: Portion = { from, to }
      await subject.ask('read', portion)
      await sink.ask('has', to - from)
    }
    await sleep(SETTLE_MS)
    const where = job.delivers ? sink : subject
    const { taken, distinct } = await where.ask<Counted>('counted')
    if (taken !== to - from || distinct !== taken) {
      throw new Error(
        `${arm.name}: of ${to - from} events ${distinct} arrived, ${taken - distinct} of them twice`,
      )
    }
  }
  try {
    if (job.posted) await listening(port, subject)
    await carry(0, warm)
    const before = await subject.ask<Usage>('usage')
    await carry(warm, warm + count)
    const after = await subject.ask<Usage>('usage')
    return { cpu: (after.cpu - before.cpu) / count, peak: after.peak, events: count }
  } finally {
    await subject.stop()
    await rm(data, { recursive: true, force: true })
  }
}

/** Resolves when somebody listens there. */
async function listening(port: number, subject: Process): Promise<void> {
  for (const end = Date.now() + READY_MS; ; ) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch (error) {
      // A subject that has ended says why.
      await subject.ask('usage')
      if (Date.now() > end) throw error
      await sleep(20)
    } finally {
      socket.destroy()
    }
  }
}
