// What every subject of the bench imports: where it listens and posts to, what it reads, and the answers about itself.
import { readFileSync } from 'node:fs'
import type { CloudEvent } from '@billow/core'
import { type EventKind, eventOf } from '../events.ts'
import { answer } from './answer.ts'
import { createTally } from './tally.ts'

const { BENCH_PORT, BENCH_TARGET, BENCH_DATA, BENCH_KIND, BENCH_BATCH } = process.env

export const port = Number(BENCH_PORT)
export const target = String(BENCH_TARGET)
/** A directory of its own for what it keeps. */
export const data = String(BENCH_DATA)
/** Events of a request. */
export const batchSize = Number(BENCH_BATCH)
/** Requests that a sender may have under way, and events that are committed together. */
export const IN_FLIGHT = 8
export const PAGE = 100

/** What this process received itself, where receiving is its job. */
export const tally = createTally()

/** What a process used since it began. */
export interface Usage {
  /** CPU time of all its threads, user and system, in microseconds. */
  readonly cpu: number
  /** The most memory that it held at once, in bytes. */
  readonly peak: number
}

/** Events to read, by number: `from` up to, not including, `to`. */
export interface Portion {
  readonly from: number
  readonly to: number
}

const waiting: Portion[] = []
let wake = (): void => undefined

answer({
  usage: (): Usage => {
    const { user, system } = process.cpuUsage()
    return { cpu: user + system, peak: peakBytes() }
  },
  counted: () => tally.end(),
  read(portion: Portion) {
    waiting.push(portion)
    wake()
  },
})

/** The next events that this source has to read, once the bench says which. */
export async function nextPortion(): Promise<Portion> {
  for (;;) {
    const portion = waiting.shift()
    if (portion) return portion
    await new Promise<void>(resolve => {
      wake = resolve
    })
  }
}

/** For ever: pages of events, and the place behind each. */
export async function* pages(): AsyncGenerator<{ events: CloudEvent[]; cursor: string }> {
  for (;;) {
    const { from, to } = await nextPortion()
    for (let at = from; at < to; at += PAGE) {
      const length = Math.min(PAGE, to - at)
      yield { events: Array.from({ length }, (_, index) => event(at + index)), cursor: String(at + length) }
    }
  }
}

export const event = (number: number): CloudEvent => eventOf(BENCH_KIND as EventKind, number)

function peakBytes(): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return Number(kib) * 1024
  } catch {
    // Not Linux. There a process that was just started may count what its parent held, here nothing better is known.
    return process.resourceUsage().maxRSS * 1024
  }
}
