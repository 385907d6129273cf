import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import { subtract, sum } from '../decimal.ts'
import type { Amounts, CostBill, CostRow } from './cost-row.ts'

type Line = Readonly<Record<string, string>>

/**
 * Reads a legacy Cost and Usage Report (CSV) as a bill: lines of a day are summed exactly by account, product, region,
 * usage type and line item type. A day is that of `lineItem/UsageStartDate`.
 * Rejects when the file cannot be read, lacks a column, or mixes currencies.
 */
export async function readCur(path: string): Promise<CostBill> {
  try {
    return await readLines(path)
  } catch (error) {
    throw new Error(`${path} cannot be read as a Cost and Usage Report`, { cause: error })
  }
}

async function readLines(path: string): Promise<CostBill> {
  const days = new Map<string, Map<string, Line[]>>()
  let currency: string | undefined
  let payer: string | undefined
  const lines = createReadStream(path).compose(parse({ columns: true, bom: true })) as AsyncIterable<Line>
  for await (const line of lines) {
    const day = required(line, 'lineItem/UsageStartDate').slice(0, 10)
    const lineCurrency = required(line, 'lineItem/CurrencyCode')
    currency ??= lineCurrency
    payer ??= required(line, 'bill/PayerAccountId')
    if (currency !== lineCurrency)
      throw new Error(`found ${lineCurrency} beside ${currency}; a bill has one currency`)
    const groups = days.get(day) ?? new Map<string, Line[]>()
    days.set(day, groups)
    const key = JSON.stringify(Object.values(placeOf(line)))
    const group = groups.get(key)
    if (group) group.push(line)
    else groups.set(key, [line])
  }
  if (!currency || !payer) throw new Error('there is no line in it')
  const bill = new Map([...days].map(([day, groups]) => [day, [...groups.values()].map(rowOf)]))
  return { currency, payer, accounts: {}, rows: day => bill.get(day) ?? [] }
}

function placeOf(line: Line): Omit<CostRow, 'amounts'> {
  return {
    account: required(line, 'lineItem/UsageAccountId'),
    service: line['product/ProductName'] || required(line, 'lineItem/ProductCode'),
    region: line['product/region'] || line['product/regionCode'] || 'NoRegion',
    usageType: line['lineItem/UsageType'] || 'NoUsageType',
    recordType: required(line, 'lineItem/LineItemType'),
  }
}

function rowOf(lines: readonly Line[]): CostRow {
  const [first = {}] = lines
  const total = (amount: (line: Line) => string) => sum(lines.map(amount))
  const amounts: Amounts = {
    UnblendedCost: total(unblended),
    BlendedCost: total(line => line['lineItem/BlendedCost'] || unblended(line)),
    AmortizedCost: total(amortized),
    NetUnblendedCost: total(line => line['lineItem/NetUnblendedCost'] || unblended(line)),
    NetAmortizedCost: total(netAmortized),
    UsageQuantity: total(line => line['lineItem/UsageAmount'] || '0'),
    NormalizedUsageAmount: total(line => line['lineItem/NormalizedUsageAmount'] || '0'),
  }
  return { ...placeOf(first), amounts }
}

const unblended = (line: Line) => required(line, 'lineItem/UnblendedCost')

/** What a line costs once prepayments are spread, by its type, as the report's columns tell it. */
function amortized(line: Line): string {
  const column = (name: string) => line[name] || '0'
  switch (line['lineItem/LineItemType'] ?? '') {
    case 'DiscountedUsage':
      return column('reservation/EffectiveCost')
    case 'RIFee':
      return sum([
        column('reservation/UnusedAmortizedUpfrontFeeForBillingPeriod'),
        column('reservation/UnusedRecurringFee'),
      ])
    case 'SavingsPlanCoveredUsage':
      return column('savingsPlan/SavingsPlanEffectiveCost')
    case 'SavingsPlanRecurringFee':
      return subtract(column('savingsPlan/TotalCommitmentToDate'), column('savingsPlan/UsedCommitment'))
    case 'SavingsPlanNegation':
    case 'SavingsPlanUpfrontFee':
      return '0'
    case 'Fee':
      return line['reservation/ReservationARN'] ? '0' : unblended(line)
    default:
      return unblended(line)
  }
}

/** Reports of accounts without negotiated prices have no net columns; net is then the same as amortized. */
function netAmortized(line: Line): string {
  return (
    line['reservation/NetEffectiveCost'] ||
    line['savingsPlan/NetSavingsPlanEffectiveCost'] ||
    (isPlainUsage(line) && line['lineItem/NetUnblendedCost']) ||
    amortized(line)
  )
}

const isPlainUsage = (line: Line) => !/^(Discounted|RI|SavingsPlan)/.test(line['lineItem/LineItemType'] ?? '')

function required(line: Line, column: string): string {
  const value = line[column]
  if (value === undefined || value === '') throw new Error(`a line has no ${column}`)
  return value
}
