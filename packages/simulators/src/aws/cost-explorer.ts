import { AwsError } from './errors.ts'
import type { Ledger } from './ledger.ts'
import { page } from './paging.ts'
import { type CostRequest, readCostRequest } from './request.ts'
import { costPeriods } from './results.ts'

export interface CostExplorerRules {
  /** The simulated time. */
  readonly now: Date
  readonly pageSize: number
  readonly historyMonths: number
}

/** Answers GetCostAndUsage. Throws `AwsError`. */
export function getCostAndUsage(
  text: string,
  ledger: Ledger,
  { now, pageSize, historyMonths }: CostExplorerRules,
): object {
  const body = readBody(text)
  const request = readCostRequest(body, now, historyMonths)
  const { results, token } = page(costPeriods(request, ledger, now), pageSize, body)
  return {
    ...(request.groupBy.length > 0 && { GroupDefinitions: request.groupBy }),
    ResultsByTime: results,
    DimensionValueAttributes: accountNames(request, ledger, results),
    ...(token && { NextPageToken: token }),
  }
}

function readBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object')
}

/** Accounts come by id; their names stand beside the results. */
function accountNames(
  request: CostRequest,
  ledger: Ledger,
  results: ReturnType<typeof costPeriods>,
): object[] {
  const at = request.groupBy.findIndex(group => group.Key === 'LINKED_ACCOUNT' && group.Type === 'DIMENSION')
  if (at < 0) return []
  const ids = new Set(results.flatMap(period => period.Groups.map(group => group.Keys[at] ?? '')))
  return [...ids]
    .sort()
    .map(Value => ({ Value, Attributes: { description: ledger.bill.accounts[Value] ?? Value } }))
}
