import { createAnomalies, type Anomaly } from '../bills/anomalies.ts'
import { type Offering, usualUnits } from '../bills/shape.ts'
import { fromUnits, toUnits } from '../decimal.ts'
import { draw } from '../random.ts'
import {
  type Amounts,
  amountsOf,
  type BillRow,
  type ItemKind,
  type Owner,
  owners,
  payer,
} from './bill-row.ts'
import { alicloudCatalogue } from './catalogue.ts'

const YEN = toUnits('1')

/** An account bill that is a function of the seed and the day alone: each day's rows in their final state. */
export function generateBill(seed: number) {
  const anomalies = createAnomalies(seed, alicloudCatalogue, 'alicloud')
  const bases = alicloudCatalogue.offerings.map(offering => ({ offering, base: toUnits(offering.daily) }))
  const cache = new Map<string, readonly BillRow[]>()

  /** Members use some of the products only. */
  const uses = (owner: Owner, product: string) =>
    owner === payer || draw(seed, 'uses', owner.id, product).between(0, 99) < 55

  function payAsYouGo(
    owner: Owner,
    { offering, base }: { offering: Offering; base: bigint },
    day: string,
  ): BillRow[] {
    const { service } = offering
    // What is unusual happens in the paying account, but products come and go everywhere.
    const factor = anomalies.factor(service, day)
    const applied = owner === payer || factor === 0 ? factor : 1000
    if (applied === 0 || !uses(owner, service)) return []
    const usual = usualUnits(seed, owner.id, offering, (base * BigInt(owner.scale)) / 1000n, day)
    return [row(owner, service, 'PayAsYouGoBill', (usual * BigInt(applied)) / 1000n, day)]
  }

  /** Some products are renewed on a fixed day of each month. */
  function renewals(owner: Owner, day: string): BillRow[] {
    return ['ecs', 'rds', 'waf', 'sas', 'acr'].flatMap(product => {
      const { between } = draw(seed, 'renewal', owner.id, product)
      const due = String(between(1, 28)).padStart(2, '0')
      const units = (toUnits(String(between(300, 4000))) * BigInt(owner.scale)) / 1000n
      return uses(owner, product) && day.endsWith(due)
        ? [row(owner, product, 'SubscriptionOrder', units, day)]
        : []
    })
  }

  function extra({ service, kind, amount = '0', day }: Anomaly): BillRow {
    return row(payer, service, kind === 'refund' ? 'Refund' : 'SubscriptionOrder', toUnits(amount), day)
  }

  function row(owner: Owner, productCode: string, item: ItemKind, gross: bigint, day: string): BillRow {
    const subscriptionType = item === 'SubscriptionOrder' ? 'Subscription' : 'PayAsYouGo'
    const units = owner.currency === 'JPY' ? (gross / YEN) * YEN : gross
    return {
      day,
      owner,
      productCode,
      subscriptionType,
      item,
      amounts: amounts(seed, owner, productCode, item, units),
    }
  }

  function rows(day: string): readonly BillRow[] {
    const known = cache.get(day)
    if (known) return known
    const made = [
      ...owners.flatMap(owner => [
        ...bases.flatMap(base => payAsYouGo(owner, base, day)),
        ...renewals(owner, day),
      ]),
      ...anomalies.extras(day).map(extra),
    ]
    if (cache.size >= 100) cache.clear()
    cache.set(day, made)
    return made
  }

  return { rows, anomalies }
}

/** Discounts and deductions hang on owner and product; a refund gives back what was paid. */
function amounts(seed: number, owner: Owner, product: string, item: ItemKind, gross: bigint): Amounts {
  const { between } = draw(seed, 'amounts', owner.id, product)
  /** One product in `every` has it, at `min` to `max` thousandths of the gross amount. */
  const share = (every: number, min: number, max: number) => {
    const thousandths = between(0, every - 1) === 0 ? between(min, max) : 0
    const units = (gross * BigInt(thousandths)) / 1000n
    return fromUnits(item === 'Refund' ? 0n : owner.currency === 'JPY' ? (units / YEN) * YEN : units)
  }
  return amountsOf({
    PretaxGrossAmount: fromUnits(gross),
    InvoiceDiscount: share(3, 50, 300),
    DeductedByCoupons: share(10, 10, 60),
    DeductedByCashCoupons: share(12, 20, 100),
    DeductedByPrepaidCard: share(15, 20, 100),
    OutstandingAmount: share(9, 100, 400),
    AdjustAmount: share(18, 5, 40),
  })
}
