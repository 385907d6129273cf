import { monthOf } from '../days.ts'
import { readHour } from './times.ts'

/** A row of Common Bill Format: text by column. */
export type CbfRow = Readonly<Record<string, string>>

export interface RowRules {
  /** `YYYY-MM`. */
  readonly month: string
  /** Costs below zero are refused. */
  readonly noNegatives: boolean
}

const TYPES = [
  'Usage',
  'Tax',
  'Support',
  'Purchase',
  'CommittedUsePurchase',
  'CommittedUseVacancy',
  'CommittedUseRecurringFee',
  'Discount',
  'Credit',
  'Fee',
  'Adjustment',
]
const AMOUNTS = new Set([
  'cost/cost',
  'cost/discounted_cost',
  'cost/amortized_cost',
  'cost/discounted_amortized_cost',
  'cost/on_demand_cost',
  'usage/amount',
])
const COLUMNS = new Set([
  ...['id', 'type', 'description', 'cloud_provider'].map(name => `lineitem/${name}`),
  ...['usage_start', 'usage_end'].map(name => `time/${name}`),
  ...['id', 'service', 'account', 'region', 'usage_family'].map(name => `resource/${name}`),
  ...['operation', 'usage_type', 'region', 'account'].map(name => `action/${name}`),
  ...AMOUNTS,
  'usage/units',
  'bill/invoice_id',
  ...['cluster', 'namespace', 'deployment', 'labels'].map(name => `k8s/${name}`),
])
const REQUIRED = ['time/usage_start', 'cost/cost']
const TAG = 'resource/tag:'
const PLAIN = /^\d+(\.\d+)?$/
const SIGNED = /^-?\d+(\.\d+)?$/
const TAG_KEY = /^[A-Za-z0-9_.:/=+\-@]+$/

/** What is wrong with the row, each naming its column; nothing if it is in order. */
export function rowFaults(row: unknown, rules: RowRules): string[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return ['a row is an object of columns']
  const missing = REQUIRED.filter(column => !Object.hasOwn(row, column)).map(at('is required'))
  const values = Object.entries(row).flatMap(([column, value]) => {
    const fault = valueFault(column, value, rules)
    return fault === undefined ? [] : [at(fault)(column)]
  })
  const tagged = Object.keys(row).some(column => column.startsWith(TAG))
  const nameless =
    tagged && !(row as CbfRow)['resource/id'] ? [at('is required where there are tags')('resource/id')] : []
  return [...missing, ...values, ...nameless]
}

const at = (fault: string) => (column: string) => `column "${column}": ${fault}`

function valueFault(column: string, value: unknown, { month, noNegatives }: RowRules): string | undefined {
  if (column.startsWith(TAG)) {
    if (!TAG_KEY.test(column.slice(TAG.length)))
      return 'a tag key has letters, digits and _ . : / = + - @ only'
  } else if (!COLUMNS.has(column)) return 'there is no such column'
  if (typeof value !== 'string') return `found ${JSON.stringify(value)}; every value is text`
  if (column === 'lineitem/type' && !TYPES.includes(value))
    return `found "${value}"; there are ${TYPES.join(', ')}`
  if (column.startsWith('time/')) {
    const hour = readHour(value)
    if (!hour) return `found "${value}"; give a time such as 2024-08-16T13:00:00Z`
    if (column === 'time/usage_start' && monthOf(hour.day) !== month) {
      return `found "${value}", which is not in ${month}; all rows of a request are of its month`
    }
  }
  const signed = column.startsWith('cost/') && !noNegatives
  if (AMOUNTS.has(column) && !(signed ? SIGNED : PLAIN).test(value)) {
    return `found "${value}"; give a plain decimal${signed ? '' : ' of at least 0'}, such as "12.5"`
  }
  return undefined
}
