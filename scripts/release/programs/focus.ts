import assert from 'node:assert/strict'
import { type Charge, charges } from '@billow/focus'
import { evaluate, type RuleResult } from '@billow/focus/rules'

const toCharge = charges({ defaults: { BillingAccountId: '123456789012' } })
const cost = { amount: '1.50', unit: 'USD' }
const charge: Charge = toCharge({
  specversion: '1.0',
  id: '1',
  source: 'cloud.aws.billing',
  type: 'aws.service.daily',
  data: { date: '2024-08-01', service: 'AWS Lambda', netUnblendedCost: cost, netAmortizedCost: cost },
})
assert.equal(charge.BilledCost, '1.50')
const results: readonly RuleResult[] = await evaluate([charge], { supports: ['TAGGING_SUPPORTED'] })
assert.equal(results.length, 621)
assert.deepEqual(
  results.filter(({ outcome }) => outcome === 'failed'),
  [],
)
