import {
  type Amounts,
  addAmount,
  type Clock,
  type CloudEvent,
  connect,
  createStatus,
  type Sink,
} from '@billow/core'
import { openSqliteStore, type Source, Type } from '@billow/core'
import { figureOf } from '../../scripts/demo/figure.ts'
import { testContext } from './context.ts'

/** A source that is run day after day against a target that remembers, on a clock that a test sets. */
export interface DailyRun {
  readonly clock: Clock
  /** All that the target acknowledged. */
  readonly events: readonly CloudEvent[]
  /** What `days` asked; it is always answered with yes. */
  readonly questions: readonly string[]
  /** Starts the source at an instant, and stops it when it waits for the next pull. */
  at(instant: string): Promise<void>
  /** A day's record as the `days` command prints it. */
  day(day: string): Promise<Readonly<Record<string, unknown>> | undefined>
  /** What the `days` command prints with these options. */
  days(options: Readonly<Record<string, string | boolean>>): Promise<readonly string[]>
}

export function dailyRun(source: Source, config: () => object): DailyRun {
  let now = new Date(0)
  let stop = new AbortController()
  const clock: Clock = {
    now: () => now,
    sleep: async (_, signal) => {
      stop.abort()
      signal?.throwIfAborted()
    },
  }
  const events: CloudEvent[] = []
  const questions: string[] = []
  const target: Sink = {
    name: 'target',
    config: Type.Object({}),
    open: async () => ({
      write: async sent => {
        events.push(...sent)
        return undefined
      },
    }),
  }
  const state = openSqliteStore(':memory:').open('test')
  const schedule = { pull_hour: 2, pull_zone: 'UTC', catch_up_days: 31 }
  const contextOf = () => ({ ...testContext({ ...schedule, ...config() }), state, clock })
  async function days(options: Readonly<Record<string, string | boolean>>): Promise<readonly string[]> {
    const lines: string[] = []
    const terminal = {
      print: (line: string) => void lines.push(line),
      note() {},
      progress() {},
      confirm: async (question: string) => questions.push(question) > 0,
    }
    const context = { ...contextOf(), signal: new AbortController().signal }
    await source.commands?.['days']?.run({ context, options, terminal, deliver: async () => undefined })
    return lines
  }
  return {
    clock,
    events,
    questions,
    days,
    async at(instant) {
      now = new Date(instant)
      stop = new AbortController()
      const side = contextOf()
      await connect(source, side, target, side, {
        attempts: 1,
        status: createStatus(source.name, clock.now),
        stop: stop.signal,
        abandon: new AbortController().signal,
        restart: false,
      })
    },
    async day(day) {
      const [text = ''] = await days({ json: true, from: day, to: day })
      return (JSON.parse(text) as { days: Readonly<Record<string, unknown>>[] }).days[0]
    },
  }
}

/** Sums by currency of all events, less those that another one replaces. */
export function restatedSum(events: readonly CloudEvent[]): Amounts {
  const replaced = new Set(events.map(event => event['replaces']))
  const left = new Map(events.filter(({ id }) => !replaced.has(id)).map(event => [event.id, event]))
  return [...left.values()].reduce<Amounts>((sums, event) => {
    const { amount, currency } = figureOf(event)
    return addAmount(sums, currency, amount)
  }, {})
}
