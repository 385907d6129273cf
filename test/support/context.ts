import { metrics, trace } from '@opentelemetry/api'
import { type Clock, type Context, openSqliteStore } from '@billow/core'

/** What the runtime would hand to a connector: state in memory, a log that is kept, a clock whose sleeps are over at once. */
export interface TestContext<C> extends Context<C> {
  /** Milliseconds of each sleep. */
  readonly slept: number[]
  /** The lines of the log as JSON. */
  readonly lines: string[]
}

export interface TestContextOptions {
  /** The instant that the clock shows. */
  readonly now?: string
  readonly signal?: AbortSignal
}

export function testContext<C>(config: C, options: TestContextOptions = {}): TestContext<C> {
  const { now = '2024-05-15T12:00:00Z', signal = new AbortController().signal } = options
  const slept: number[] = []
  const lines: string[] = []
  const clock: Clock = {
    now: () => new Date(now),
    async sleep(ms, signal) {
      slept.push(ms)
      signal?.throwIfAborted()
    },
  }
  const write = (...line: unknown[]) => void lines.push(JSON.stringify(line))
  const log = { trace: write, debug: write, info: write, warn: write, error: write, child: () => log }
  const state = openSqliteStore(':memory:').open('test')
  return {
    config,
    state,
    log: log as unknown as Context['log'],
    signal,
    clock,
    meter: metrics.getMeter('test'),
    tracer: trace.getTracer('test'),
    refuse: {} as never,
    slept,
    lines,
  }
}

/** All that an async iterable yields. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/** What a promise rejects with. */
export async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work
  } catch (error) {
    return error as Error
  }
  throw new Error('expected a failure')
}
