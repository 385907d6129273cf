import assert from 'node:assert/strict'
import { type AwsBillingConfig, awsBilling } from '@billow/source-aws-billing'
import { pulled } from './carry.ts'

const endpoint: AwsBillingConfig['endpoint'] = process.env['AWS'] ?? ''
const events = await pulled(
  awsBilling,
  `endpoint: ${endpoint}
secret:
  access_key_id: AKIAIOSFODNN7EXAMPLE
  secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
`,
)
assert.ok(events.length > 2)
assert.deepEqual([...new Set(events.map(({ type }) => type))], ['aws.service.daily'])
