import { CLOUDZERO_TEST_KEY, type CloudzeroSimulator } from '@billow/simulators'

export const MONTH = '2024-08'
export type Row = Record<string, string>

/** A row of Common Bill Format, as the users' document has it. */
export const row = (start: string, cost: string, more: Row = {}): Row => ({
  'lineitem/type': 'Usage',
  'time/usage_start': start.includes('T') ? start : `${start}T00:00:00Z`,
  'resource/id': 'instance-0000',
  'resource/service': 'Compute',
  'cost/cost': cost,
  ...more,
})

/** What an answer may have; each has some of it. */
interface Body {
  readonly connection: {
    readonly drop_id: string
    readonly row_count: number
    readonly is_valid: boolean
    readonly errors: readonly string[]
  }
  readonly billing_drops: readonly object[]
  readonly billing_drop: readonly Row[]
  readonly error: { readonly message: string; readonly type: string }
  readonly message: string
}

interface Said {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** Speaks to the double over HTTP. `stream` counts its connections. */
export function speaker(double: CloudzeroSimulator, stream = 0) {
  const drops = `/v2/connections/billing/anycost/${double.connections[stream]}/billing_drops`

  async function call(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Said> {
    const answer = await fetch(`${double.url}${path}`, {
      method,
      headers: {
        authorization: CLOUDZERO_TEST_KEY.apiKey,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as Body }
  }

  const send = (operation: string | undefined, data: unknown, headers: Record<string, string> = {}) =>
    call('POST', drops, JSON.stringify({ month: MONTH, operation, data }), headers)

  return {
    drops,
    call,
    /** Posts rows of 2024-08; without an operation where that is undefined. */
    send,
    read: (month = MONTH, headers: Record<string, string> = {}) =>
      call('GET', `${drops}/${month}`, undefined, headers),
    list: (headers: Record<string, string> = {}) => call('GET', drops, undefined, headers),
    validate: (body: object) =>
      call('POST', '/v2/connections/billing/anycost/validate_billing_drop', JSON.stringify(body)),
  }
}

/** The costs of a month, as the double holds it. */
export const costs = (double: CloudzeroSimulator, stream = 0, month = MONTH): (string | undefined)[] =>
  double.rows(double.connections[stream] ?? '', month).map(found => found['cost/cost'])
