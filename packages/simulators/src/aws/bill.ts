import { createAnomalies, type Anomaly } from '../bills/anomalies.ts'
import { type Offering, split, usualUnits } from '../bills/shape.ts'
import { addDays } from '../days.ts'
import { fromUnits, toUnits } from '../decimal.ts'
import { draw } from '../random.ts'
import { awsCatalogue, awsMonthly } from './catalogue.ts'
import type { CostBill, CostRow } from './cost-row.ts'

export type Partition = 'aws' | 'aws-cn'

interface Place {
  readonly account: string
  readonly region: string
  readonly usageType: string
  readonly weight: number
}

const PARTITIONS = {
  aws: {
    currency: 'USD',
    payer: '123456789012',
    accounts: {
      '123456789012': 'management',
      '210000000017': 'production',
      '210000000025': 'staging',
      '210000000033': 'data-platform',
    },
    regions: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1'],
    prefixes: ['', 'USW2-', 'EU-', 'APN1-'],
  },
  'aws-cn': {
    currency: 'CNY',
    payer: '887654321098',
    accounts: { '887654321098': 'china', '887654321106': 'china-data' },
    regions: ['cn-north-1', 'cn-northwest-1'],
    prefixes: ['CNN1-', 'CNW1-'],
  },
} as const

const USAGE_TYPES = [
  'BoxUsage:m6i.large',
  'Requests-Tier1',
  'DataTransfer-Out-Bytes',
  'TimedStorage-ByteHrs',
  'InstanceUsage',
]

/** A bill that is a function of the seed and the day alone. */
export function generateBill(seed: number, partition: Partition = 'aws') {
  const { currency, payer, accounts, regions, prefixes } = PARTITIONS[partition]
  const ids = Object.keys(accounts)
  const anomalies = createAnomalies(seed, awsCatalogue, partition)
  const bases = awsCatalogue.offerings.map(o => ({
    offering: o,
    base: toUnits(o.daily),
    places: placesOf(o.service),
  }))
  const cache = new Map<string, readonly CostRow[]>()

  function placesOf(service: string): Place[] {
    const { between } = draw(seed, 'places', partition, service)
    const places = Array.from({ length: between(2, 6) }, (): Place => {
      const region = between(0, regions.length - 1)
      const usage = USAGE_TYPES[between(0, USAGE_TYPES.length - 1)] ?? ''
      return {
        account: ids[between(0, ids.length - 1)] ?? payer,
        region: regions[region] ?? '',
        usageType: `${prefixes[region] ?? ''}${usage}`,
        weight: between(10, 100),
      }
    })
    return [...new Map(places.map(p => [`${p.account} ${p.usageType}`, p])).values()]
  }

  function usage(offering: Offering, base: bigint, places: readonly Place[], day: string): CostRow[] {
    const factor = anomalies.factor(offering.service, day)
    if (factor === 0) return []
    const units = (usualUnits(seed, partition, offering, base, day) * BigInt(factor)) / 1000n
    const parts = split(
      units,
      places.map(p => p.weight),
    )
    return places.map((place, i) =>
      costRow({ ...place, service: offering.service, recordType: 'Usage' }, parts[i] ?? 0n),
    )
  }

  function monthly(day: string): CostRow[] {
    if (!day.endsWith('-01')) return []
    return awsMonthly.map(({ service, amount, recordType }) => {
      const units =
        (toUnits(amount) * BigInt(draw(seed, 'monthly', partition, service, day).between(960, 1040))) / 1000n
      return costRow(
        { account: payer, region: 'NoRegion', usageType: 'NoUsageType', service, recordType },
        units,
      )
    })
  }

  function extra({ service, kind, amount = '0' }: Anomaly): CostRow {
    const place = { account: payer, region: 'NoRegion', usageType: 'NoUsageType', service }
    const units = toUnits(amount)
    if (kind === 'refund') return costRow({ ...place, recordType: 'Refund' }, units)
    return { ...costRow({ ...place, recordType: 'Fee' }, units), amounts: amounts(units, { amortized: 0n }) }
  }

  /** What was paid upfront counts as amortized cost on each of the 365 days that it is for. */
  function amortization(day: string): CostRow[] {
    const purchases = anomalies.between(addDays(day, -364), day).filter(a => a.kind === 'one-off-purchase')
    return purchases.map(({ service, amount = '0', day: bought }) => {
      const daily = toUnits(amount) / 365n
      const units = day === addDays(bought, 364) ? toUnits(amount) - daily * 364n : daily
      const row = { account: payer, region: 'NoRegion', usageType: `Amortization:${bought}`, service }
      return {
        ...costRow({ ...row, recordType: 'DiscountedUsage' }, 0n),
        amounts: amounts(0n, { amortized: units }),
      }
    })
  }

  function rows(day: string): readonly CostRow[] {
    const known = cache.get(day)
    if (known) return known
    const made = [
      ...bases.flatMap(({ offering, base, places }) => usage(offering, base, places, day)),
      ...monthly(day),
      ...anomalies.extras(day).map(extra),
      ...amortization(day),
    ]
    if (cache.size >= 100) cache.clear()
    cache.set(day, made)
    return made
  }

  return { bill: { currency, payer, accounts, rows } satisfies CostBill, anomalies }
}

/** Usage has a negotiated discount of 7 %, and a blended rate that differs a little from the account's own. */
function costRow(place: Omit<CostRow, 'amounts'>, units: bigint): CostRow {
  const { account, service, region, usageType, recordType } = place
  const usage = recordType === 'Usage'
  return {
    account,
    service,
    region,
    usageType,
    recordType,
    amounts: amounts(
      units,
      usage ? { net: 930n, blended: usageType.includes('BoxUsage') ? 985n : 1000n } : {},
    ),
  }
}

function amounts(
  units: bigint,
  { net = 1000n, blended = 1000n, amortized = units } = {},
): CostRow['amounts'] {
  return {
    UnblendedCost: fromUnits(units),
    BlendedCost: fromUnits((units * blended) / 1000n),
    AmortizedCost: fromUnits(amortized),
    NetUnblendedCost: fromUnits((units * net) / 1000n),
    NetAmortizedCost: fromUnits((amortized * net) / 1000n),
    UsageQuantity: fromUnits(units * 8n),
    NormalizedUsageAmount: fromUnits(units / 4n),
  }
}
