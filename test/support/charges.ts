import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { BillEvent, CloudEvent } from '@billow/core'
import { type Charge, charges, type FocusDefaults } from '@billow/focus'
import { evaluate, FOCUS_1_2, formatReport, type Row, type RuleResult } from '@billow/focus/rules'

// What every mapping makes of whole bills, judged by the rules of FOCUS, which are not ours.

interface Bill<R> {
  fetch(from: string, to: string, context: never): AsyncIterable<{ readonly row: R }>
  event(row: R): BillEvent
}

const toCharge = charges({ defaults: { BillingAccountId: '123456789012' } })

/** The charges of a bill's days. */
export async function chargesOf<R>(
  bill: Bill<R>,
  context: unknown,
  ranges: readonly (readonly [from: string, to: string])[],
): Promise<Charge[]> {
  const found: Charge[] = []
  for (const [from, to] of ranges) {
    for await (const { row } of bill.fetch(from, to, context as never)) {
      const event: CloudEvent = { specversion: '1.0', id: `id-${found.length}`, ...bill.event(row) }
      found.push(toCharge(event))
    }
  }
  return found
}

/** A fault that is put into a row: what is changed, and the rule that must find it. */
type Plant = readonly [rule: string, change: (row: Row, another: Row) => Row]

const put =
  (column: string, value: unknown): Plant[1] =>
  row => ({ ...row, [column]: value })

/** One for every kind of check that a rule makes of rows. */
const PLANTS: readonly Plant[] = [
  ['CostAndUsage-D-006-M', ({ BilledCost: _, ...row }) => row],
  ['BillingAccountId-C-001-M', put('BillingAccountId', null)],
  ['BillingAccountId-C-002-M', put('BillingAccountId', 5)],
  ['BillingAccountId-C-003-M', put('BillingAccountId', '')],
  ['BilledCost-C-001-M', put('BilledCost', '1,000')],
  ['BilledCost-C-002-M', put('BilledCost', '+1')],
  ['BilledCost-C-004-M', put('BilledCost', 'NaN')],
  ['BilledCost-C-005-C', row => ({ ...row, BilledCost: '1', InvoiceIssuerName: 'A reseller' })],
  ['EffectiveCost-C-005-C', row => ({ ...row, ChargeCategory: 'Purchase', EffectiveCost: '0.01' })],
  ['ChargePeriodStart-C-001-M', put('ChargePeriodStart', '2024-05-01')],
  ['ChargePeriodEnd-C-002-M', put('ChargePeriodEnd', '2024-05-32T00:00:00Z')],
  ['BillingCurrency-C-003-M', put('BillingCurrency', 'usd')],
  ['BillingCurrency-C-006-M', put('BillingCurrency', 'XXY')],
  ['ChargeCategory-C-003-M', put('ChargeCategory', 'Fee')],
  ['ChargeClass-C-005-C', put('ChargeClass', 'Corrected')],
  [
    'ChargeFrequency-C-004-C',
    row => ({ ...row, ChargeCategory: 'Purchase', ChargeFrequency: 'Usage-Based' }),
  ],
  ['PricingQuantity-C-004-C', row => ({ ...row, ChargeCategory: 'Tax', PricingQuantity: '1' })],
  [
    'PricingQuantity-C-005-C',
    row => ({ ...row, ChargeCategory: 'Usage', ChargeClass: null, PricingQuantity: null }),
  ],
  ['PricingUnit-C-003-O', put('PricingUnit', 'GB-Mo')],
  ['PricingCategory-C-007-M', put('PricingCategory', 'Cheap')],
  ['ServiceName-C-005-C', (row, { ServiceName }) => ({ ...row, ServiceName, ServiceCategory: 'Web' })],
  ['ServiceSubcategory-C-004-M', row => ({ ...row, ServiceCategory: 'Web', ServiceSubcategory: 'Caching' })],
  ['SubAccountName-C-004-C', row => ({ ...row, SubAccountId: null, SubAccountName: 'nobody' })],
  ['RegionName-C-005-C', row => ({ ...row, RegionId: 'eu-west-1', RegionName: null })],
  ['Tags-C-001-M', put('Tags', '{"team":["a","b"]}')],
  ['ResourceType-C-005-C', row => ({ ...row, ResourceId: 'i-1', ResourceType: null })],
  [
    'ConsumedQuantity-C-004-C',
    row => ({ ...row, ChargeCategory: 'Credit', ConsumedQuantity: '1', ConsumedUnit: 'Hours' }),
  ],
  ['ListUnitPrice-C-008-M', put('ListUnitPrice', '-0.1')],
  [
    'ListCost-C-009-C',
    row => ({
      ...row,
      ChargeClass: null,
      ListUnitPrice: '0.1',
      PricingQuantity: '3',
      ListCost: '0.30000000000000004',
    }),
  ],
  ['SkuPriceId-C-008-M', (row, { SkuPriceId }) => ({ ...row, SkuPriceId, SkuId: 'another' })],
]

const failed = (results: readonly RuleResult[]) => results.filter(({ outcome }) => outcome === 'failed')

/** What events whose data are charges break of the rules that apply. */
export async function faultsOf(events: readonly CloudEvent[], supports: readonly string[]): Promise<string> {
  const results = await evaluate(
    events.map(({ data }) => data as Row),
    { supports, keep: 3 },
  )
  return failed(results).length === 0 ? '' : formatReport(failed(results))
}

/**
 * That a source with `format: focus` sends what its native events are mapped to, in any order, under ids of its own,
 * and that nobody who maps it again gets anything else. A native correction that no charge shows, such as of a blended cost, is none there.
 */
export function expectSameCharges(
  focus: readonly CloudEvent[],
  native: readonly CloudEvent[],
  defaults: FocusDefaults,
): void {
  const mapped = native.map(charges({ defaults }))
  const byId = new Map(mapped.map(charge => [charge['x_EventId'], charge]))
  const shown = mapped.filter(charge => {
    const before = byId.get(charge['x_Replaces'] ?? '')
    return !before || figures(charge) !== figures(before)
  })
  const toCharge = charges()
  expect(focus.filter(event => !isDeepStrictEqual(toCharge(event), event.data))).toEqual([])
  expect(focus.map(toCharge).map(withoutIds).toSorted()).toEqual(shown.map(withoutIds).toSorted())
  expect(focus.filter(({ id }) => byId.has(id))).toEqual([])
}

function withoutIds({ x_EventId: _, x_Replaces: replaces, ...charge }: Charge): string {
  return JSON.stringify({ ...charge, replaces: typeof replaces })
}

const figures = ({ BilledCost, ContractedCost, EffectiveCost, ListCost }: Charge): string =>
  [BilledCost, ContractedCost, EffectiveCost, ListCost].join()

/** The tests of one mapping: its charges pass, and the same evaluator finds what is put into a copy of them. */
export function judged(
  name: string,
  supports: readonly string[],
  make: () => Promise<readonly Charge[]>,
): void {
  describe(name, () => {
    let all: Promise<readonly Charge[]> | undefined
    const rows = () => (all ??= make())

    test('passes every rule that applies', async () => {
      const charges = await rows()
      const results = await evaluate(charges, { supports, keep: 3 })
      expect(charges.length).toBeGreaterThan(50)
      expect(failed(results).length === 0 ? '' : formatReport(failed(results))).toBe('')
      const passed = results.filter(({ outcome }) => outcome === 'passed')
      expect(passed.length).toBeGreaterThan(150)
      for (const result of results.filter(({ outcome }) => outcome === 'not applicable')) {
        const criteria = 'criteria' in result ? result.criteria : []
        expect(criteria.filter(criterion => supports.includes(criterion))).toEqual([])
        expect(criteria.length).toBeGreaterThan(0)
      }
    })

    const applies = (rule: string) =>
      [rule, rule.replace(/-C-\d+-\w$/, '-C-000-C')].every(id =>
        (FOCUS_1_2.ModelRules[id]?.ApplicabilityCriteria ?? []).every(one => supports.includes(one)),
      )

    test.each(PLANTS.filter(([rule]) => applies(rule)))(
      'breaks %s by a planted fault',
      async (rule, change) => {
        const copy = (await rows()).slice(0, 200)
        const at = 100
        const planted = copy.with(at, change(copy[at] as Row, copy[at - 1] as Row) as Charge)
        const results = await evaluate(planted, { supports })
        const found = results.find(({ id }) => id === rule)
        expect(found).toMatchObject({ outcome: 'failed', count: 1, faults: [{ row: at + 1 }] })
      },
    )
  })
}
