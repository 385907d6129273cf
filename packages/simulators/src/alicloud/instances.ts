import { split } from '../bills/shape.ts'
import { fromUnits, toUnits } from '../decimal.ts'
import { draw } from '../random.ts'
import { type Amounts, amountsOf, type BillRow, mapCharges } from './bill-row.ts'

/** What an account bill's row consists of: one instance, or one billing item of it. */
export interface InstanceRow {
  readonly row: BillRow
  readonly instanceId: string
  readonly nickName: string
  readonly region: string
  readonly zone: string
  readonly spec: string
  readonly tag: string
  /** Where billing items are asked for. */
  readonly billingItem?: { readonly code: string; readonly name: string; readonly unit: string }
  readonly amounts: Amounts
}

const REGIONS = [
  ['China (Hangzhou)', 'Hangzhou Zone B'],
  ['China (Shanghai)', 'Shanghai Zone L'],
  ['China (Beijing)', 'Beijing Zone H'],
  ['Singapore', 'Singapore Zone A'],
] as const
const SPECS = ['ecs.g7.xlarge', 'ecs.c7.2xlarge', 'mysql.x4.large.2c', 'redis.master.small', '']
const TEAMS = ['checkout', 'search', 'data', 'platform']

// The two tiers have the same code: tiered prices give one row a tier.
const ITEMS = [
  { code: 'instance', name: 'Instance', unit: 'Hour' },
  { code: 'traffic', name: 'Outbound traffic, first tier', unit: 'GB' },
  { code: 'traffic', name: 'Outbound traffic, second tier', unit: 'GB' },
]

/** Shares a row out among instances, and those among billing items; the parts sum to the row exactly. */
export function instancesOf(seed: number, row: BillRow, byItem: boolean): InstanceRow[] {
  const { owner, productCode, subscriptionType } = row
  const { between, pick } = draw(seed, 'instances', owner.id, productCode, subscriptionType)
  const instances = Array.from({ length: between(1, productCode === 'ecs' ? 24 : 6) }, (_, n) => {
    const [region, zone] = pick(REGIONS)
    const number = between(0, 0xffffffff).toString(16).padStart(8, '0')
    return {
      weight: between(1, 100),
      instanceId: `${productCode}-${number}${n}`,
      nickName: `${productCode}-${n + 1}`,
      region,
      zone,
      spec: pick(SPECS),
      tag: between(0, 3) === 0 ? '' : `key:team value:${pick(TEAMS)}; key:env value:prod`,
    }
  })
  const parts = shares(
    row,
    row.amounts,
    instances.map(i => i.weight),
  )
  return instances.flatMap(({ weight, ...instance }, n): InstanceRow[] => {
    const amounts = parts[n] as Amounts
    if (!byItem) return [{ ...instance, row, amounts }]
    const items = ITEMS.slice(0, 1 + (weight % ITEMS.length))
    const itemParts = shares(
      row,
      amounts,
      items.map((_, k) => 5 - k),
    )
    return items.map((billingItem, k) => ({
      ...instance,
      row,
      billingItem,
      amounts: itemParts[k] as Amounts,
    }))
  })
}

function shares({ owner }: BillRow, whole: Amounts, weights: readonly number[]): Amounts[] {
  const step = owner.currency === 'JPY' ? toUnits('1') : 1n
  const cut = (amount: string) => split(toUnits(amount) / step, weights).map(units => fromUnits(units * step))
  const columns = new Map(Object.entries(whole).map(([name, amount]) => [name, cut(amount)]))
  return weights.map((_, n) => amountsOf(mapCharges(charge => columns.get(charge)?.[n] ?? '0')))
}
