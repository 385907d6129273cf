import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Sample {
  readonly seconds: number
  readonly rssBytes: number
  readonly heapBytes: number
  /** Events that the source has read so far. */
  readonly read: number
  /** Events that the target has acknowledged so far. */
  readonly delivered: number
}

interface Told {
  readonly read: number
  readonly heapBytes: number
}

/** Looks at a process each few seconds: its memory as the system sees it, and what it tells itself. */
export function sampleMemory(
  child: ChildProcess,
  {
    everyMs,
    delivered,
    onSample,
  }: { everyMs: number; delivered: () => number; onSample: (sample: Sample) => void },
): { end(): void } {
  const began = performance.now()
  let told: Told | undefined
  child.on('message', message => {
    told = message as Told
  })
  const timer = setInterval(() => {
    if (!told) return
    const seconds = Math.round((performance.now() - began) / 100) / 10
    onSample({ seconds, rssBytes: rssOf(child.pid as number), ...told, delivered: delivered() })
  }, everyMs)
  return { end: () => clearInterval(timer) }
}

function rssOf(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) * 1024
}
