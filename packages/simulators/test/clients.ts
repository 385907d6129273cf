import openapi from '@alicloud/openapi-client'
import {
  CostExplorerClient,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandInput,
  type GetCostAndUsageCommandOutput,
} from '@aws-sdk/client-cost-explorer'
import { STSClient } from '@aws-sdk/client-sts'
import type { AccessKey } from '@billow/simulators'
import { Big } from 'big.js'

interface Double {
  readonly url: string
  readonly keys: readonly AccessKey[]
}

/** The real SDK, one attempt a call. */
export function costExplorer(double: Double, key?: AccessKey, region = 'us-east-1') {
  const client = new CostExplorerClient({
    endpoint: double.url,
    region,
    credentials: key ?? (double.keys[0] as AccessKey),
    maxAttempts: 1,
  })
  return (input: GetCostAndUsageCommandInput, signal?: AbortSignal) =>
    client.send(new GetCostAndUsageCommand(input), signal ? { abortSignal: signal } : {})
}

export function stsClient(double: Double, key?: AccessKey) {
  return new STSClient({
    endpoint: double.url,
    region: 'us-east-1',
    credentials: key ?? (double.keys[0] as AccessKey),
    maxAttempts: 1,
  })
}

/** One day by service. */
export const oneDay = (day: string, next: string): GetCostAndUsageCommandInput => ({
  TimePeriod: { Start: day, End: next },
  Granularity: 'DAILY',
  Metrics: ['UnblendedCost'],
  GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
})

export async function allPages(
  call: (input: GetCostAndUsageCommandInput) => Promise<GetCostAndUsageCommandOutput>,
  input: GetCostAndUsageCommandInput,
) {
  const pages: GetCostAndUsageCommandOutput[] = []
  let token: string | undefined
  do {
    const page = await call({ ...input, ...(token && { NextPageToken: token }) })
    pages.push(page)
    token = page.NextPageToken
  } while (token)
  return pages
}

export interface BssAnswer {
  readonly Success: boolean
  readonly Code: string
  readonly Message: string
  readonly Data: {
    readonly TotalCount: number
    readonly PageNum: number
    readonly NextToken?: string
    readonly Items: BssItem[] & { readonly Item: readonly BssItem[] }
  }
}

export type BssItem = Readonly<Record<string, string | number>>

/** The real SDK; `v2` makes it use the older HMAC-SHA1 signature. Resolves to the answer's text. */
export function bssText(
  double: Double,
  options: { key?: AccessKey; algorithm?: 'v2'; timeoutMs?: number } = {},
) {
  const [first = { accessKeyId: '', secretAccessKey: '' }] = double.keys
  const { key = first } = options
  const client = new openapi.default(
    new openapi.Config({
      accessKeyId: key.accessKeyId,
      accessKeySecret: key.secretAccessKey,
      ...(key.sessionToken && { securityToken: key.sessionToken }),
      endpoint: double.url.replace('http://', ''),
      protocol: 'HTTP',
      ...(options.algorithm && { signatureAlgorithm: options.algorithm }),
    }),
  )
  return async (action: string, query: Record<string, string>): Promise<string> => {
    const params = new openapi.Params({
      action,
      version: '2017-12-14',
      protocol: 'HTTP',
      pathname: '/',
      method: 'POST',
      authType: 'AK',
      style: 'RPC',
      reqBodyType: 'formData',
      bodyType: 'string',
    })
    const { timeoutMs: readTimeout = 10_000 } = options
    const answer = await client.callApi(params, new openapi.OpenApiRequest({ query }), {
      readTimeout,
    } as never)
    return String(answer['body'])
  }
}

export function bss(...args: Parameters<typeof bssText>) {
  const call = bssText(...args)
  return async (action: string, query: Record<string, string>) =>
    JSON.parse(await call(action, query)) as BssAnswer
}

/** A day of the account bill by product. */
export const accountDay = (day: string, more: Record<string, string> = {}): Record<string, string> => ({
  BillingCycle: day.slice(0, 7),
  BillingDate: day,
  Granularity: 'DAILY',
  IsGroupByProduct: 'true',
  PageSize: '300',
  ...more,
})

/** The items of an answer with their amounts as text, for a double rounds some of them. */
export function bssExact(double: Double) {
  const call = bssText(double)
  return async (action: string, query: Record<string, string>): Promise<BssItem[]> =>
    exactItems(await call(action, query))
}

export function exactItems(text: string): BssItem[] {
  const exact = text.replaceAll(/"(\w+Amount|InvoiceDiscount|DeductedBy\w+)":(-?[\d.]+)/g, '"$1":"$2"')
  const { Data } = JSON.parse(exact) as { Data: { Items: BssItem[] & { Item?: BssItem[] } } }
  return Data.Items.Item ?? Data.Items
}

/** The exact sum of a field. */
export const total = (items: readonly BssItem[], field = 'PretaxAmount'): string =>
  items.reduce((sum, item) => sum.plus(item[field] ?? 'none'), new Big(0)).toFixed()
