import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CloudEvent, Refused } from '@billow/core'
import { charges } from '@billow/focus'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import { cbfRows } from '../src/cbf/row.ts'
import type { CloudzeroConfig } from '../src/config.ts'
import { COLUMNS, charge } from './support.ts'

interface Given {
  readonly columns?: Partial<CloudzeroConfig['columns']>
  readonly tags?: CloudzeroConfig['tags']
}
const rowOf = (event: CloudEvent, { columns, tags = true }: Given = {}) =>
  cbfRows({ columns: { ...COLUMNS, ...columns }, tags })(charges()(event), event.id)
const row = (data: Readonly<Record<string, string | null>>, config: Given = {}) =>
  rowOf(charge(data, { id: 'one' }), config)

describe('a charge as a row', () => {
  test('fills what it can', () => {
    const data = {
      BilledCost: '12.50',
      ListCost: '1.5E1',
      EffectiveCost: '11',
      SubAccountId: '42',
      RegionId: 'eu-west-1',
      ResourceId: 'i-0abc',
      SkuMeter: 'BoxUsage',
      ConsumedQuantity: '24',
      ConsumedUnit: 'Hours',
      InvoiceId: 'INV-1',
      Tags: '{"team":"data"}',
    }
    expect(row(data)).toEqual({
      'lineitem/id': 'one',
      'lineitem/type': 'Usage',
      'time/usage_start': '2024-08-16T00:00:00Z',
      'lineitem/description': 'Compute',
      'lineitem/cloud_provider': 'AWS',
      'resource/id': 'i-0abc',
      'resource/service': 'Compute',
      'resource/account': '42',
      'resource/region': 'eu-west-1',
      'resource/usage_family': 'Other (Other)',
      'action/usage_type': 'BoxUsage',
      'usage/amount': '24',
      'usage/units': 'Hours',
      'cost/cost': '12.5',
      'cost/amortized_cost': '11',
      'cost/on_demand_cost': '15',
      'bill/invoice_id': 'INV-1',
      'resource/tag:team': 'data',
    })
  })

  test.each([
    [{ ChargeCategory: 'Tax' }, 'Tax'],
    [{ ChargeCategory: 'Credit' }, 'Credit'],
    [{ ChargeCategory: 'Adjustment' }, 'Adjustment'],
    [{ ChargeCategory: 'Purchase' }, 'Purchase'],
    [
      {
        ChargeCategory: 'Purchase',
        ServiceCategory: 'Management and Governance',
        ServiceSubcategory: 'Support',
      },
      'Support',
    ],
    [{ ChargeCategory: 'Purchase', CommitmentDiscountId: 'sp-1' }, 'CommittedUsePurchase'],
    [
      { ChargeCategory: 'Purchase', CommitmentDiscountId: 'sp-1', ChargeFrequency: 'Recurring' },
      'CommittedUseRecurringFee',
    ],
    [{ CommitmentDiscountId: 'sp-1', CommitmentDiscountStatus: 'Unused' }, 'CommittedUseVacancy'],
    [{ CommitmentDiscountId: 'sp-1', CommitmentDiscountStatus: 'Used' }, 'Usage'],
  ])('%j is %s', (data, type) => {
    expect(row(data)['lineitem/type']).toBe(type)
  })

  test('amounts are plain decimals; a quantity below zero is left out', () => {
    const wild = { BilledCost: '-5.20E-9', ConsumedQuantity: '-3', ConsumedUnit: 'GB' }
    const found = row(wild)
    expect(found['cost/cost']).toBe('-0.0000000052')
    expect(found).not.toHaveProperty('usage/amount')
    expect(found).not.toHaveProperty('usage/units')
  })

  test('is dated by the label of its billing day, whatever the zone, and else by its hour', () => {
    const alibaba = { x_BillingDate: '2024-09-01', ChargePeriodStart: '2024-08-31T16:00:00Z' }
    expect(row(alibaba)['time/usage_start']).toBe('2024-09-01T00:00:00Z')
    const hourly = { x_BillingDate: null, ChargePeriodStart: '2024-09-16T13:30:00Z' }
    expect(row(hourly)['time/usage_start']).toBe('2024-09-16T13:00:00Z')
  })

  test.each([
    [
      { x_BillingDate: '2024-02-30' },
      'x_BillingDate: found "2024-02-30", a day such as 2024-08-01 is needed',
    ],
    [{ x_BillingDate: null, ChargePeriodStart: 'monday' }, 'ChargePeriodStart: found "monday"'],
    [{ BilledCost: 'a lot' }, 'data.BilledCost: found "a lot", a decimal number is needed'],
    [{ Tags: 'team=data' }, 'Tags: found a text that is no JSON object'],
  ])('%j is refused', (data, reason) => {
    expect(() => row(data)).toThrow(Refused)
    expect(() => row(data)).toThrow(reason)
  })
})

describe('the resource', () => {
  test.each([
    ['i-0abc', null, 'i-0abc'],
    [
      'arn:aws:ec2:eu-west-1:42:instance/i-1',
      'AWS::EC2::Instance',
      'AWS-EC2-Instance/arn:aws:ec2:eu-west-1:42:instance/i-1',
    ],
    ['a/b', null, 'resource/a/b'],
  ])('%s of the type %s is %s', (ResourceId, ResourceType, id) => {
    expect(row({ ResourceId, ResourceType })['resource/id']).toBe(id)
  })

  test('of a row with tags has an id of its own: the same for the same tags', () => {
    const id = (Tags: string, more = {}) => row({ Tags, ...more })['resource/id']
    expect(id('{"team":"data","env":"prod"}')).toMatch(/^Compute\/[0-9a-f]{16}$/)
    expect(id('{"env":"prod","team":"data"}')).toBe(id('{"team":"data","env":"prod"}'))
    expect(id('{"team":"web"}')).not.toBe(id('{"team":"data"}'))
    expect(id('{"team":"web"}', { RegionId: 'eu' })).not.toBe(id('{"team":"web"}'))
    expect(row({})).not.toHaveProperty('resource/id')
  })
})

describe('tags', () => {
  const tagsOf = (Tags: object, tags: CloudzeroConfig['tags'] = true) =>
    Object.entries(row({ ResourceId: 'i', Tags: JSON.stringify(Tags) }, { tags })).flatMap(([name, value]) =>
      name.startsWith('resource/tag:') ? [`${name.slice(13)}=${value}`] : [],
    )

  test('have allowed characters in their keys, and none is lost by that', () => {
    const odd = { 'cost centre': '1', 'cost,centre': '2', cost_centre: '3', 'a.b:c/d=e+f-g@h': '4', 队: '5' }
    expect(tagsOf(odd)).toEqual(
      expect.arrayContaining([
        'cost_centre=3',
        'cost_centre_2=1',
        'cost_centre_3=2',
        'a.b:c/d=e+f-g@h=4',
        '_=5',
      ]),
    )
    expect(tagsOf(odd)).toHaveLength(5)
  })

  test('are all sent, or none, or those of a list', () => {
    expect(tagsOf({ a: '1', b: '2' }, false)).toEqual([])
    expect(tagsOf({ a: '1', b: '2' }, ['b'])).toEqual(['b=2'])
  })
})

describe('the mapping', () => {
  test('takes columns, own columns, tags, the first of a list, or nothing', () => {
    const columns = {
      'resource/account': 'x_Team',
      'action/operation': 'tag:op',
      'lineitem/description': ['SkuMeter', 'ServiceCategory'],
      'resource/usage_family': 'none',
      'cost/on_demand_cost': 'none',
    }
    const found = row({ x_Team: 'data', Tags: '{"op":"run"}' }, { columns, tags: false })
    expect(found).toMatchObject({
      'resource/account': 'data',
      'action/operation': 'run',
      'lineitem/description': 'Other',
    })
    expect(found).not.toHaveProperty('resource/usage_family')
    expect(found).not.toHaveProperty('cost/on_demand_cost')
  })

  test('that leaves a row without cost is refused', () => {
    expect(() => row({}, { columns: { 'cost/cost': 'x_Cost' } })).toThrow('nothing fills cost/cost')
  })
})

const PUBLISHED = join(import.meta.dirname, '../../../../shared/data/cloudzero')
const read = (name: string): Record<string, string>[] =>
  parse(readFileSync(join(PUBLISHED, name)), { columns: true })
const ifThere = existsSync(PUBLISHED) ? test : test.skip

describe("CloudZero's example", () => {
  ifThere('usage rows come out as the published Common Bill Format', () => {
    // What makes charges of its bill: the cost before the discount is the list's, what is billed is less by it.
    const usage = read('cloud_usage.csv').map(
      ({ sku = '', instance_id = '', usage_date = '', cost = '', discount = '' }) =>
        charge({
          ServiceName: sku,
          ResourceId: `instance-${instance_id}`,
          ChargePeriodStart: usage_date,
          x_BillingDate: null,
          ListCost: cost,
          BilledCost: String((Number(cost) * 10 + Number(discount) * 10) / 10),
        }),
    )
    const published = read('cloud_cbf.csv').filter(row => row['lineitem/type'] === 'Usage')
    const others = [
      'lineitem/description',
      'lineitem/cloud_provider',
      'resource/account',
      'resource/usage_family',
    ]
    const more = ['cost/amortized_cost', 'cost/on_demand_cost']
    const columns = {
      ...Object.fromEntries([...others, ...more].map(name => [name, 'none'])),
      'cost/cost': 'ListCost',
      'cost/discounted_cost': 'BilledCost',
    }
    const rows = usage.map(event => {
      const { 'lineitem/id': id, ...rest } = rowOf(event, { columns })
      expect(id).toBe(event.id)
      return rest
    })
    expect(rows).toEqual(published)
    expect(rows).toHaveLength(3)
  })
})
