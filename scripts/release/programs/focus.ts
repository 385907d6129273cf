import assert from 'node:assert/strict'
import { COLUMN_NAMES, type ColumnName } from '@billow/focus'
import { evaluate, type RuleResult } from '@billow/focus/rules'

const empty = Object.fromEntries(COLUMN_NAMES.map((name: ColumnName) => [name, null]))
const results: readonly RuleResult[] = await evaluate([empty], { supports: [] })
assert.equal(results.length, 621)
assert.ok(results.some(({ id, outcome }) => id === 'BilledCost-C-003-M' && outcome === 'failed'))
