import type { Mapping } from '../registry.ts'
import type { Draft } from '../draft.ts'
import { isNegative } from '../decimal.ts'
import { amountOf, type Data, dataOf, dayOf, textOf } from '../fields.ts'
import { dayPeriods } from '../period.ts'
import { awsRegion } from '../regions/aws.ts'
import { awsService } from '../services/aws.ts'
import { tagsText } from '../tags.ts'
import { awsLineKind } from './aws-line-type.ts'

const PROVIDER = 'AWS'

/** AWS Cost Explorer's day by service, with or without a second grouping. Its days are UTC's. */
export const awsDaily: Mapping = {
  type: 'aws.service.daily',
  supports: [
    'AVAILABILITY_ZONE_SUPPORTED',
    'MULTIPLE_PRICING_CATEGORIES_SUPPORTED',
    'REGION_SUPPORTED',
    'SUB_ACCOUNT_SUPPORTED',
    'TAGGING_SUPPORTED',
  ],
  draft: event => {
    const data = dataOf(event)
    const service = textOf(data['service']) ?? PROVIDER
    const billed = cost(data, 'netUnblendedCost', 'unblendedCost')
    const kind = kindOf(data, service, billed.amount)
    const fixed = kind.ChargeCategory === 'Tax' || kind.ChargeCategory === 'Credit'
    return {
      ...dayPeriods(dayOf(data['date'], 'data.date'), 'Z'),
      ProviderName: PROVIDER,
      ServiceName: service,
      ...awsService(service),
      BillingCurrency: billed.currency,
      BilledCost: billed.amount,
      // What belongs to no usage is the same by every way of counting.
      EffectiveCost: fixed ? billed.amount : cost(data, 'netAmortizedCost', 'amortizedCost').amount,
      ...kind,
      ...groupOf(data),
    }
  },
}

/** The record type says what a row is; without it some services do, and more money back than charged is a credit. */
function kindOf(data: Data, service: string, amount: string): Draft {
  const recordType = textOf(data['recordType'])
  if (recordType) return awsLineKind(recordType)
  if (/^(tax|refund)$/i.test(service)) return awsLineKind(service)
  if (service.startsWith('AWS Support')) return { ChargeCategory: 'Purchase', ChargeFrequency: 'Recurring' }
  if (service.startsWith('Savings Plans for'))
    return { ChargeCategory: 'Purchase', ChargeFrequency: 'One-Time' }
  return { ChargeCategory: isNegative(amount) ? 'Credit' : 'Usage', ...pricing(data) }
}

const PRICING: readonly (readonly [RegExp, string])[] = [
  [/spot/i, 'Dynamic'],
  [/reserved|savings/i, 'Committed'],
  [/./, 'Standard'],
]

/** A day of a service may hold several kinds of prices; only the purchase type tells them apart. */
function pricing(data: Data): Draft {
  const purchase = textOf(data['purchaseType'])
  const [, category = 'Other'] = PRICING.find(([pattern]) => purchase && pattern.test(purchase)) ?? []
  return { PricingCategory: category }
}

function cost(data: Data, net: string, gross: string): { amount: string; currency: string } {
  const name = data[net] === undefined ? gross : net
  const { amount, unit } = (data[name] ?? {}) as { amount?: unknown; unit?: unknown }
  return { amount: amountOf(amount, `data.${name}.amount`), currency: textOf(unit) ?? 'USD' }
}

const OWN = new Set(['date', 'service', 'recordType', 'purchaseType'])

/** The second grouping: a column of FOCUS where there is one for it, else one of our own. */
function groupOf(data: Data): Draft {
  const [name, value] = Object.entries(data).find(([key]) => !OWN.has(key) && !key.endsWith('Cost')) ?? []
  if (name === undefined) return {}
  if (name === 'tag') {
    const { key, value: text } = value as { key?: unknown; value?: unknown }
    const tag = textOf(text)
    return { Tags: tag === null ? null : tagsText([[String(key), tag]]) }
  }
  if (name === 'costCategory') return { x_CostCategory: JSON.stringify(value) }
  const text = textOf(value)
  if (name === 'linkedAccount') return { SubAccountId: text }
  if (name === 'region') return awsRegion(text === 'NoRegion' ? null : text)
  if (name === 'az') return { AvailabilityZone: text === 'NoAZ' ? null : text }
  return { [`x_${name.charAt(0).toUpperCase()}${name.slice(1)}`]: text }
}
