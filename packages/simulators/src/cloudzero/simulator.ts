import { createFaults, type Faults } from '../faults.ts'
import { createRequestLog, type RequestLog } from '../requests.ts'
import { serve } from '../server.ts'
import { type BillingDrop, createDrops } from './drops.ts'
import { type CloudzeroFaults, cloudzeroSwitches } from './faults.ts'
import { CLOUDZERO_TEST_CONNECTIONS, CLOUDZERO_TEST_KEY, type CloudzeroKey } from './keys.ts'
import { cloudzeroPages } from './pages.ts'
import type { CbfRow } from './row.ts'
import type { CloudzeroTotal } from './rows.ts'
import { cloudzeroService } from './service.ts'

/** How the double of CloudZero's AnyCost Stream API starts. */
export interface CloudzeroSimulatorOptions {
  /** 0, any free port, if left out. */
  readonly port?: number
  /** Connection ids of the streams that exist; two that are made up if left out. */
  readonly connections?: readonly string[]
  /** Keys that are accepted; one that is made up if left out. */
  readonly keys?: readonly CloudzeroKey[]
  /** The time that the hour of a `cloudzero-test-key` is judged by. The machine's if left out. */
  readonly realTime?: () => Date
  /** Switches that are set from the start. */
  readonly faults?: CloudzeroFaults
}

/** A running double. It starts without any billing drop. */
export interface CloudzeroSimulator {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly connections: readonly string[]
  readonly keys: readonly CloudzeroKey[]
  readonly faults: Faults<CloudzeroFaults>
  readonly requests: RequestLog
  /** The rows of a stream's month (`YYYY-MM`) as a reader gets them, in the order in which they came; none where it has no drop. */
  readonly rows: (connection: string, month: string) => readonly CbfRow[]
  /** What a stream's month adds up to, by day and service. */
  readonly totals: (connection: string, month: string) => readonly CloudzeroTotal[]
  /** The drops of all streams, by stream and month. */
  readonly drops: () => readonly BillingDrop[]
  readonly close: () => Promise<void>
}

/** Starts the double of CloudZero's AnyCost Stream API. Rejects when the port is taken. */
export async function startCloudzeroSimulator(
  options: CloudzeroSimulatorOptions = {},
): Promise<CloudzeroSimulator> {
  const {
    connections = CLOUDZERO_TEST_CONNECTIONS,
    keys = [CLOUDZERO_TEST_KEY],
    realTime = () => new Date(),
  } = options
  const faults = createFaults<CloudzeroFaults>(cloudzeroSwitches, options.faults ?? {})
  const requests = createRequestLog()
  const kept = createDrops(faults.current, realTime)
  const place = (connection: string) => ({ connection, testKey: '' })
  const seen = {
    rows: (connection: string, month: string) => kept.rows(place(connection), month) ?? [],
    totals: (connection: string, month: string) => kept.totals(place(connection), month),
    drops: () => connections.flatMap(connection => kept.list(place(connection))),
  }
  const service = cloudzeroService({ keys, connections }, faults, kept)
  const { url, close } = await serve(
    { faults, requests, pages: cloudzeroPages(seen), ...service },
    options.port ?? 0,
  )
  return { ...seen, url, connections, keys, faults, requests, close }
}
