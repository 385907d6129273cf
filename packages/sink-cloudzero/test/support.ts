import type { Clock, CloudEvent, Context, State, Writer } from '@billow/core'
import { openSqliteStore, Secret } from '@billow/core'
import { cloudzero, type CloudzeroConfig } from '@billow/sink-cloudzero'
import { CLOUDZERO_TEST_CONNECTIONS, CLOUDZERO_TEST_KEY, type CloudzeroSimulator } from '@billow/simulators'
import { CBF_COLUMNS, type CbfColumn } from '../src/cbf/columns.ts'
import { testContext } from '../../../test/support/context.ts'

export const [USD = '', CNY = ''] = CLOUDZERO_TEST_CONNECTIONS

/** What fills the columns by default. */
export const COLUMNS = Object.fromEntries(
  Object.entries<CbfColumn>(CBF_COLUMNS).map(([name, { from }]) => [
    name,
    from.length > 0 ? [...from] : 'none',
  ]),
) as CloudzeroConfig['columns']

/** The configuration with its defaults, for two streams of a simulator. */
export function configFor(endpoint: string, more: Partial<CloudzeroConfig> = {}): CloudzeroConfig {
  return {
    endpoint,
    connections: { USD, CNY },
    secret: { api_key: new Secret(CLOUDZERO_TEST_KEY.apiKey) },
    operation: 'replace_hourly',
    flush: { quiet: 60, max_age: 900, max_bytes: 5_000_000 },
    timeout: 10,
    dry_run: false,
    columns: COLUMNS,
    tags: true,
    focus: { defaults: { BillingAccountId: '123456789012' } },
    ...more,
  }
}

/** Longer sleeps wait for something to happen. */
const IDLE_MS = 7_200_000

/** Time goes on only while something sleeps, and then at once to the end of that. */
export function sleepingClock(start = '2024-08-20T12:00:00Z'): Clock {
  let now = Date.parse(start)
  return {
    now: () => new Date(now),
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const abort = () => reject(signal?.reason as Error)
        if (signal?.aborted) return abort()
        signal?.addEventListener('abort', abort, { once: true })
        if (ms >= IDLE_MS) return
        setImmediate(() => {
          if (signal?.aborted) return
          signal?.removeEventListener('abort', abort)
          now += ms
          resolve()
        })
      })
    },
  }
}

/** A sink at work, without a network before it. */
export interface Running {
  readonly context: Context<CloudzeroConfig>
  readonly writer: Writer
  readonly log: readonly string[]
  /** What the sink says is wrong, the last word first; empty where all is well. */
  readonly troubles: string[]
  /** Its first trouble. */
  trouble(): Promise<string>
  write(...events: CloudEvent[]): ReturnType<Writer['write']>
  stop(): Promise<void>
}

export interface RunOptions extends Partial<CloudzeroConfig> {
  readonly state?: State
  readonly clock?: Clock
}

export async function run(
  { url }: Pick<CloudzeroSimulator, 'url'>,
  { state = openSqliteStore(':memory:').open('test'), clock = sleepingClock(), ...config }: RunOptions = {},
): Promise<Running> {
  const ending = new AbortController()
  const { signal } = ending
  const base = testContext(configFor(url, config), { signal })
  const troubles: string[] = []
  const log = { ...base.log, child: () => base.log } as unknown as Context['log']
  const context: Context<CloudzeroConfig> = {
    ...base,
    state,
    clock,
    log,
    retrying: reason => void troubles.unshift(reason === undefined ? '' : (reason as Error).message),
  }
  const writer = await cloudzero.open(context)
  const background = writer.run?.(signal)
  return {
    context,
    writer,
    troubles,
    async trouble() {
      await until(() => troubles.some(Boolean))
      return troubles.findLast(Boolean) ?? ''
    },
    log: base.lines,
    write: (...events) => writer.write(events, signal),
    async stop() {
      ending.abort(new Error('stopped'))
      await background
      await writer.close?.()
    },
  }
}

let numbered = 0

/** A charge as an event; another id each time unless one is given. */
export function charge(
  data: Readonly<Record<string, string | null>> = {},
  more: Partial<CloudEvent> = {},
): CloudEvent {
  numbered += 1
  return {
    specversion: '1.0',
    id: `00000000-0000-5000-8000-${String(numbered).padStart(12, '0')}`,
    source: 'test',
    type: 'io.billow.charge.v1',
    data: {
      BilledCost: '12',
      BillingAccountId: '123456789012',
      BillingCurrency: 'USD',
      BillingPeriodStart: '2024-08-01T00:00:00Z',
      BillingPeriodEnd: '2024-09-01T00:00:00Z',
      ChargePeriodStart: '2024-08-16T00:00:00Z',
      ChargePeriodEnd: '2024-08-17T00:00:00Z',
      ChargeCategory: 'Usage',
      ProviderName: 'AWS',
      ServiceName: 'Compute',
      x_BillingDate: '2024-08-16',
      ...data,
    },
    ...more,
  }
}

/** Resolves when it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setTimeout(resolve, 2))
}
