import assert from 'node:assert/strict'
import { parseClock } from '@billow/core'
import { type Simulators, startSimulators } from '@billow/simulators'

const { aws, alicloud, cloudzero, close }: Simulators = await startSimulators({
  seed: 1,
  clock: parseClock('2024-05-15'),
})
const answers = await Promise.all([aws, alicloud, cloudzero].map(({ url }) => fetch(url, { method: 'POST' })))
for (const { status } of answers)
  assert.ok(status >= 400 && status < 500, 'a request without a signature or key is refused')
assert.ok(aws.billed('2024-05-13', '2024-05-13').length > 2)
await close()
