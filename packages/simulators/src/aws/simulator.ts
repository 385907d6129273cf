import type { Clock } from '@billow/core'
import { systemClock } from '@billow/core'
import type { Anomaly } from '../bills/anomalies.ts'
import type { Billed, Correction } from '../bills/bill.ts'
import { billPages } from '../bills/pages.ts'
import { createFaults, type Faults } from '../faults.ts'
import { createRequestLog, type RequestLog } from '../requests.ts'
import { serve } from '../server.ts'
import { type AccessKey, AWS_TEST_KEY } from '../signatures/keys.ts'
import { generateBill, type Partition } from './bill.ts'
import { readCur } from './cur.ts'
import { type AwsFaults, awsSwitches } from './faults.ts'
import { createLedger } from './ledger.ts'
import { awsService } from './service.ts'
import { createSessions } from './sts.ts'

/** How the double of Cost Explorer and STS starts. */
export interface AwsSimulatorOptions {
  /** 0, any free port, if left out. */
  readonly port?: number
  /** The generated bill is a function of it and of the day. 1 if left out. */
  readonly seed?: number
  /** The time at which the bill is seen. The machine's if left out. */
  readonly clock?: Clock
  /** The time that signatures are judged by. The machine's if left out, whatever `clock` says. */
  readonly realTime?: () => Date
  /** `aws` (USD, region us-east-1) if left out; `aws-cn` is CNY and cn-northwest-1. */
  readonly partition?: Partition
  /** Keys that are accepted; the public documents' example key if left out. */
  readonly keys?: readonly AccessKey[]
  /** A legacy Cost and Usage Report as CSV, to serve in place of the generated bill. */
  readonly cur?: string
  /** Whole months of history before the current one: 13 if left out, 38 with multi-year data. */
  readonly historyMonths?: number
  /** Switches that are set from the start. */
  readonly faults?: AwsFaults
}

/** A running double. Cost Explorer and STS answer at the same URL. */
export interface AwsSimulator {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly keys: readonly AccessKey[]
  readonly faults: Faults<AwsFaults>
  readonly requests: RequestLog
  /** What was billed, by day and service: the sum of UnblendedCost as it shows now. Both days are included. */
  readonly billed: (from: string, to: string) => readonly Billed[]
  /** What was planted in the generated bill; nothing where a report is served. */
  readonly anomalies: (from: string, to: string) => readonly Anomaly[]
  /** Multiplies a day's figures of a service from now on. */
  readonly correct: (correction: Correction) => void
  /** Ends all credentials that AssumeRole issued. */
  readonly expireSessions: () => void
  readonly close: () => Promise<void>
}

/** Starts the double of Cost Explorer and STS. Rejects when the port is taken or the report cannot be read. */
export async function startAwsSimulator(options: AwsSimulatorOptions = {}): Promise<AwsSimulator> {
  const {
    seed = 1,
    clock = systemClock,
    realTime = () => new Date(),
    partition = 'aws',
    keys = [AWS_TEST_KEY],
  } = options
  const faults = createFaults<AwsFaults>(awsSwitches, options.faults ?? {})
  const requests = createRequestLog({ GetCostAndUsage: '0.01' })
  const generated = generateBill(seed, partition)
  const bill = options.cur === undefined ? generated.bill : await readCur(options.cur)
  const ledger = createLedger(bill, seed, faults.current)
  const sessions = createSessions()
  const anomalies = (from: string, to: string) =>
    options.cur === undefined ? generated.anomalies.between(from, to) : []
  const handled = {
    faults,
    requests,
    metric: 'UnblendedCost',
    billed: (from: string, to: string) => ledger.billed(from, to, clock.now()),
    anomalies,
    correct: ledger.correct,
  }
  const rules = { keys, clock, realTime, partition, historyMonths: options.historyMonths ?? 13 }
  const { url, close } = await serve(
    { ...handled, pages: billPages(handled), ...awsService(rules, faults, ledger, sessions) },
    options.port ?? 0,
  )
  return { ...handled, url, keys, close, expireSessions: sessions.expire }
}
