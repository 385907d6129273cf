import assert from 'node:assert/strict'
import { type AlicloudBillingConfig, alicloudBilling } from '@billow/source-alicloud-billing'
import { pulled } from './carry.ts'

const endpoint: AlicloudBillingConfig['endpoint'] = process.env['ALICLOUD'] ?? ''
const events = await pulled(
  alicloudBilling,
  `endpoint: ${endpoint}
secret:
  access_key_id: LTAI5t7eneojm6aeRKncB7V9
  secret_access_key: 26Fno8k0F7jtL2hUIrm4JTRF16jPLL
`,
)
assert.ok(events.length > 2)
assert.deepEqual([...new Set(events.map(({ type }) => type))], ['alibaba.billing.daily'])
