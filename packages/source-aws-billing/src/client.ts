import {
  CostExplorerClient,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandInput,
} from '@aws-sdk/client-cost-explorer'
import { addDays, daysBetween, Retryable } from '@billow/core'
import type { AwsBillingConfig } from './config.ts'
import { credentialsOf, HTTP } from './credentials.ts'
import { regionOf } from './endpoint.ts'
import { awsError } from './errors.ts'
import { type Cost, type CostName, type CostRow, METRICS } from './event.ts'
import { parseGrouping } from './grouping.ts'

/** The permission that everything here needs. */
export const ACTION = 'ce:GetCostAndUsage'

/** A row with what the API says about its day. */
export interface CostAnswer {
  readonly row: CostRow
  /** Whether AWS may still change the day's figures. */
  readonly estimated: boolean
}

/** The Cost Explorer API. Every page of an answer is a paid request. */
export interface CostExplorer {
  /** Each service's costs of the days `from` to `to`, both included. Throws Billow's errors, or the signal's reason. */
  costs(from: string, to: string): AsyncGenerator<CostAnswer>
  /** One cost of the days `from` to `to`, both included and of one month: one request. */
  monthTotal(cost: CostName, from: string, to: string): Promise<Cost | undefined>
  /** The id of the access key in use. */
  accessKeyId(): Promise<string>
  close(): void
}

export function openCostExplorer(config: AwsBillingConfig, signal: AbortSignal): CostExplorer {
  const grouping = config.group_by === undefined ? undefined : parseGrouping(config.group_by)
  const client = new CostExplorerClient({
    ...HTTP,
    ...credentialsOf(config, signal),
    endpoint: config.endpoint,
    region: regionOf(config.endpoint),
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  })

  /** Runs one request, and turns what it throws into Billow's errors. */
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      throw awsError(error, ACTION)
    }
  }

  return {
    async *costs(from, to) {
      const input: GetCostAndUsageCommandInput = {
        TimePeriod: { Start: from, End: addDays(to, 1) },
        Granularity: 'DAILY',
        Metrics: Object.values(METRICS),
        GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }, ...(grouping ? [grouping.definition] : [])],
      }
      const seen = new Set<string>()
      const missing = new Set(daysBetween(from, to))
      let token: string | undefined
      do {
        const command = new GetCostAndUsageCommand({ ...input, ...(token && { NextPageToken: token }) })
        const page = await attempt(() => client.send(command, { abortSignal: signal }))
        for (const { TimePeriod, Groups = [], Estimated } of page.ResultsByTime ?? []) {
          const date = TimePeriod?.Start ?? ''
          missing.delete(date)
          for (const { Keys: [service = '', second = ''] = [], Metrics = {} } of Groups) {
            const group = grouping && { group: grouping.group(second) }
            yield {
              row: { date, service, ...group, costs: costsOf(Metrics, service) },
              estimated: Estimated !== false,
            }
          }
        }
        token = page.NextPageToken
        if (token && seen.has(token))
          throw new Retryable(`${ACTION} gave a page's token twice: the pages do not end`)
        if (token) seen.add(token)
      } while (token)
      // A day without costs is in the answer too: one that is not there was left out, and is not empty.
      const [day] = missing
      if (day) throw new Retryable(`${ACTION} gave an answer without ${day}`)
    },
    async monthTotal(cost, from, to) {
      const command = new GetCostAndUsageCommand({
        TimePeriod: { Start: from, End: addDays(to, 1) },
        Granularity: 'MONTHLY',
        Metrics: [METRICS[cost]],
      })
      const { ResultsByTime = [] } = await attempt(() => client.send(command, { abortSignal: signal }))
      const { Amount, Unit } = ResultsByTime[0]?.Total?.[METRICS[cost]] ?? {}
      return Amount && Unit ? { amount: Amount, unit: Unit } : undefined
    },
    accessKeyId: () => attempt(async () => (await client.config.credentials()).accessKeyId),
    close: () => client.destroy(),
  }
}

type WireMetrics = Readonly<
  Record<string, { readonly Amount?: string | undefined; readonly Unit?: string | undefined }>
>

/** The five costs with the API's own digits. A cost that it leaves out is 0, in the currency of the others. */
function costsOf(metrics: WireMetrics, service: string): CostRow['costs'] {
  const unit = Object.values(METRICS)
    .map(name => metrics[name]?.Unit)
    .find(Boolean)
  if (!unit) throw new Retryable(`${ACTION} gave a row without any cost, for "${service}"`)
  const entries = Object.entries(METRICS).map(([key, name]): [string, Cost] => [
    key,
    { amount: metrics[name]?.Amount || '0', unit: metrics[name]?.Unit || unit },
  ])
  return Object.fromEntries(entries) as CostRow['costs']
}
