import { CLOUDZERO_TEST_CONNECTIONS, CLOUDZERO_TEST_KEY } from '@billow/simulators'
import type { Streams } from './compare.ts'

/** A way to send that has a sink of its own. */
export interface Way {
  readonly operation: 'replace_hourly' | 'replace_drop' | 'sum'
  /** Bytes of a body. */
  readonly maxBytes: number
  /** Seconds. */
  readonly quiet: number
}

export const STREAMS: Streams = {
  USD: CLOUDZERO_TEST_CONNECTIONS[0] ?? '',
  CNY: CLOUDZERO_TEST_CONNECTIONS[1] ?? '',
}

/** The sink's configuration. */
export function configOf(endpoint: string, { operation, maxBytes, quiet }: Way): string {
  return `port: 0
endpoint: ${endpoint}
connections: ${JSON.stringify(STREAMS)}
secret:
  api_key: ${CLOUDZERO_TEST_KEY.apiKey}
operation: ${operation}
timeout: 1
flush:
  quiet: ${quiet}
  max_age: ${quiet * 10}
  max_bytes: ${maxBytes}
focus:
  defaults:
    BillingAccountId: "123456789012"
`
}
