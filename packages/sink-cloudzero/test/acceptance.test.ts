import type { State } from '@billow/core'
import { cloudzero } from '@billow/sink-cloudzero'
import { CLOUDZERO_TEST_KEY, startCloudzeroSimulator } from '@billow/simulators'
import { type Stored, testSink } from '@billow/testing'
import { CNY, charge, USD } from './support.ts'

let state: State

/** What it acknowledges is safe in its state; that CloudZero has it in the end is for the other tests. */
const watched: typeof cloudzero = {
  ...cloudzero,
  open(context) {
    state = context.state
    return cloudzero.open(context)
  },
}

const id = (n: number): string => `00000000-0000-5000-9000-${String(n).padStart(12, '0')}`

testSink({
  sink: watched,
  config: { connections: { USD, CNY }, secret: { api_key: CLOUDZERO_TEST_KEY.apiKey } },
  invalid: [
    { key: 'connections', value: {} },
    { key: 'connections', value: { usd: USD } },
    { key: 'connection_id', value: USD },
    { key: 'currency', value: 'USD' },
    { key: 'secret.api_key', value: undefined },
    { key: 'operation', value: 'replace' },
    { key: 'flush.max_bytes', value: 5_000_001 },
    { key: 'columns', value: { 'resource/colour': 'ServiceName' } },
    { key: 'columns.resource/service', value: 'Servicename' },
    { key: 'tags', value: 'some' },
  ],
  async outside() {
    const simulator = await startCloudzeroSimulator()
    return { config: { endpoint: simulator.url }, simulator, close: () => simulator.close() }
  },
  event: n => charge({ BilledCost: String(n) }, { id: id(n) }),
  refuses: [
    charge({ BillingCurrency: 'JPY' }),
    charge({ BilledCost: 'much' }),
    charge({ x_BillingDate: '2024-02-30' }),
    charge({ ServiceName: 'x'.repeat(70_000) }),
    charge({}, { type: 'acme.bill' }),
    charge({ ChargeCategory: 'Refund' }),
    charge({}, { id: id(0), revision: 1, replaces: id(0) }),
  ],
  async stored(): Promise<readonly Stored[]> {
    const found: Stored[] = []
    for await (const [key] of state.scan('cloudzero/row/')) {
      found.push({ source: 'test', id: key.split('/').at(-1) ?? '' })
    }
    return found
  },
  idempotent: true,
})
