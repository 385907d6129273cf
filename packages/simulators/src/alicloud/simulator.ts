import { type Clock, systemClock } from '@billow/core'
import type { Anomaly } from '../bills/anomalies.ts'
import type { Billed, Correction } from '../bills/bill.ts'
import { billPages } from '../bills/pages.ts'
import { createFaults, type Faults } from '../faults.ts'
import { createRequestLog, type RequestLog } from '../requests.ts'
import { serve } from '../server.ts'
import { type AccessKey, ALICLOUD_TEST_KEY } from '../signatures/keys.ts'
import { generateBill } from './bill.ts'
import { type AlicloudFaults, alicloudSwitches } from './faults.ts'
import { createLedger } from './ledger.ts'
import { alicloudService } from './service.ts'

/** How the double of BSS OpenAPI starts. */
export interface AlicloudSimulatorOptions {
  /** 0, any free port, if left out. */
  readonly port?: number
  /** The generated bill is a function of it and of the day. 1 if left out. */
  readonly seed?: number
  /** The time at which the bill is seen. The machine's if left out. */
  readonly clock?: Clock
  /** The time that signatures and the rate limit are judged by. The machine's if left out, whatever `clock` says. */
  readonly realTime?: () => Date
  /** Keys that are accepted; the public documents' example key if left out. */
  readonly keys?: readonly AccessKey[]
  /** Switches that are set from the start. */
  readonly faults?: AlicloudFaults
}

/** A running double of BSS OpenAPI 2017-12-14. */
export interface AlicloudSimulator {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly keys: readonly AccessKey[]
  readonly faults: Faults<AlicloudFaults>
  readonly requests: RequestLog
  /** What was billed, by day, product and currency: the sum of PretaxAmount as it shows now. Both days are included. */
  readonly billed: (from: string, to: string) => readonly Billed[]
  /** What was planted in the generated bill. */
  readonly anomalies: (from: string, to: string) => readonly Anomaly[]
  /** Multiplies a day's figures of a product from now on. */
  readonly correct: (correction: Correction) => void
  readonly close: () => Promise<void>
}

/** Starts the double of BSS OpenAPI. Rejects when the port is taken. */
export async function startAlicloudSimulator(
  options: AlicloudSimulatorOptions = {},
): Promise<AlicloudSimulator> {
  const { seed = 1, clock = systemClock, realTime = () => new Date(), keys = [ALICLOUD_TEST_KEY] } = options
  const faults = createFaults<AlicloudFaults>(alicloudSwitches, options.faults ?? {})
  const requests = createRequestLog()
  const generated = generateBill(seed)
  const ledger = createLedger(generated.rows, seed, faults.current)
  const handled = {
    faults,
    requests,
    metric: 'PretaxAmount',
    billed: (from: string, to: string) => ledger.billed(from, to, clock.now()),
    anomalies: generated.anomalies.between,
    correct: ledger.correct,
  }
  const service = alicloudService({ keys, clock, realTime, seed }, faults, ledger)
  const { url, close } = await serve({ ...handled, pages: billPages(handled), ...service }, options.port ?? 0)
  return { ...handled, url, keys, close }
}
