import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { type CbfRow, type CloudzeroConfig, cloudzero } from '@billow/sink-cloudzero'
import { take } from './take.ts'

const operation: CloudzeroConfig['operation'] = 'replace_hourly'
assert.equal(cloudzero.name, 'sink-cloudzero')

// Its own program receives an event, sends the day to CloudZero, reads it back, and ends with 0.
const rows = Promise.withResolvers<readonly CbfRow[]>()
const api = createServer(async (request, response) => {
  if (request.method === 'POST') {
    const { data } = (await json(request)) as { readonly data: readonly CbfRow[] }
    rows.resolve(data)
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"billing_drop":[]}')
})
await once(api.listen(0, '127.0.0.1'), 'listening')
const file = join(import.meta.dirname, 'cloudzero.yml')
writeFileSync(
  file,
  `port: 0
endpoint: http://127.0.0.1:${(api.address() as AddressInfo).port}
connection_id: one
currency: USD
operation: ${operation}
secret:
  api_key: tried
flush:
  quiet: 0
focus:
  defaults:
    BillingAccountId: "123456789012"
`,
)
const env = { PATH: process.env['PATH'], CONNECTOR_CONFIG: file, BILLOW_DATA_DIR: import.meta.dirname }
const bin = new URL('bin.js', import.meta.resolve('@billow/sink-cloudzero'))
const child = spawn(process.execPath, [bin.pathname], { env, stdio: ['ignore', 'ignore', 'pipe'] })
const money = { amount: '1.20', unit: 'USD' }
const event = {
  specversion: '1.0',
  id: '00000000-0000-5000-8000-000000000001',
  source: 'tried',
  type: 'aws.service.daily',
  data: {
    date: '2024-05-01',
    service: 'Tried',
    amortizedCost: money,
    blendedCost: money,
    netAmortizedCost: money,
    netUnblendedCost: money,
    unblendedCost: money,
  },
}
await take(child, event)
assert.equal((await rows.promise)[0]?.['cost/cost'], '1.2')
child.kill('SIGTERM')
assert.deepEqual(await once(child, 'exit'), [0, null])
api.closeAllConnections()
api.close()
