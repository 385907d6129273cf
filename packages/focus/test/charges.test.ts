import { describe, expect, test } from '@jest/globals'
import { type CloudEvent, ConfigError, parseJson, Refused } from '@billow/core'
import {
  awsCurCharge,
  CHARGE_TYPE,
  type Charge,
  charges,
  COLUMN_NAMES,
  type Mapping,
  tagsOf,
} from '@billow/focus'

const defaults = { BillingAccountId: '123456789012' }

/** An event as it comes over the wire: its numbers keep their digits. */
const event = (type: string, data: string | object, more: object = {}): CloudEvent => ({
  specversion: '1.0',
  id: 'this-one',
  source: 'cloud.test',
  type,
  data: typeof data === 'string' ? parseJson(data) : data,
  ...more,
})

const money = (amount: string, unit = 'USD') => ({ amount, unit })

function aws(data: object, more: object = {}): Charge {
  const all = {
    date: '2024-02-29',
    service: 'AWS Lambda',
    netUnblendedCost: money('1.50'),
    netAmortizedCost: money('1.25'),
    ...data,
  }
  return charges({ defaults })(event('aws.service.daily', all, more))
}

const alibabaRow = {
  BillingDate: '2024-03-01',
  BillAccountID: '1857000000000003489',
  BillAccountName: 'billing@example.com',
  OwnerId: '1922',
  Currency: 'CNY',
  ProductCode: 'oss',
  ProductName: 'Object Storage Service',
  SubscriptionType: 'PayAsYouGo',
}

const FIGURES = { PretaxGrossAmount: '0.2352000000', InvoiceDiscount: '0.0052', PretaxAmount: '0.2300000000' }

/** Amounts are numbers on the wire, with these digits. */
function alibaba(data: Record<string, string>, type = 'alibaba.billing.daily'): Charge {
  const members = Object.entries({ ...alibabaRow, ...FIGURES, ...data }).map(([name, value]) => {
    const isFigure = name.endsWith('Amount') || name === 'InvoiceDiscount'
    return `${JSON.stringify(name)}:${isFigure ? value : JSON.stringify(value)}`
  })
  return charges()(event(type, `{${members.join()}}`))
}

describe('an AWS event', () => {
  test('becomes a charge of its day in UTC, with its own digits', () => {
    expect(aws({})).toMatchObject({
      ChargePeriodStart: '2024-02-29T00:00:00Z',
      ChargePeriodEnd: '2024-03-01T00:00:00Z',
      BillingPeriodStart: '2024-02-01T00:00:00Z',
      BillingPeriodEnd: '2024-03-01T00:00:00Z',
      x_BillingDate: '2024-02-29',
      BilledCost: '1.50',
      ContractedCost: '1.50',
      ListCost: '1.50',
      EffectiveCost: '1.25',
      BillingCurrency: 'USD',
      ServiceCategory: 'Compute',
      ServiceSubcategory: 'Serverless Compute',
      ChargeCategory: 'Usage',
      ChargeClass: null,
      x_EventId: 'this-one',
    })
    expect(Object.keys(aws({})).filter(name => !name.startsWith('x_'))).toEqual(COLUMN_NAMES)
    expect(aws({ netUnblendedCost: money('5.2E-9') }).BilledCost).toBe('0.0000000052')
  })

  test.each([
    [{ service: 'Tax' }, { ChargeCategory: 'Tax', EffectiveCost: '1.50', PricingQuantity: null }],
    [{ service: 'Refund' }, { ChargeCategory: 'Usage', ChargeClass: 'Correction' }],
    [{ netUnblendedCost: money('-3') }, { ChargeCategory: 'Credit', EffectiveCost: '-3' }],
    [
      { service: 'Savings Plans for AWS Compute usage' },
      { ChargeCategory: 'Purchase', EffectiveCost: '0', ChargeFrequency: 'One-Time' },
    ],
    [
      { service: 'AWS Support (Business)' },
      { ChargeCategory: 'Purchase', ChargeFrequency: 'Recurring', ServiceSubcategory: 'Support' },
    ],
    [{ recordType: 'Credit' }, { ChargeCategory: 'Credit', EffectiveCost: '1.50' }],
    [{ recordType: 'Refund' }, { ChargeCategory: 'Usage', ChargeClass: 'Correction' }],
    [{ recordType: 'Savings Plan Covered Usage' }, { ChargeCategory: 'Usage', PricingCategory: 'Committed' }],
    [{ recordType: 'Upfront fee' }, { ChargeCategory: 'Purchase', ChargeFrequency: 'One-Time' }],
    [{ recordType: 'Rounding' }, { ChargeCategory: 'Adjustment', ChargeFrequency: 'One-Time' }],
    [{ purchaseType: 'Spot Instances' }, { PricingCategory: 'Dynamic' }],
    [{ linkedAccount: '210000000017' }, { SubAccountId: '210000000017', SubAccountName: '210000000017' }],
    [{ region: 'eu-west-1' }, { RegionId: 'eu-west-1', RegionName: 'Europe (Ireland)' }],
    [{ az: 'NoAZ' }, { AvailabilityZone: null }],
    [{ tag: { key: 'Team', value: 'billing' } }, { Tags: '{"Team":"billing"}' }],
    [{ tag: { key: 'Team', value: '' } }, { Tags: null }],
    [{ usageType: 'EU-Requests' }, { x_UsageType: 'EU-Requests' }],
  ])('with %j has %j', (data, expected) => {
    expect(aws(data)).toMatchObject(expected)
  })

  test('needs the account from focus.defaults, which never take the place of what it says', () => {
    const toCharge = charges()
    const nobody = event('aws.service.daily', {
      date: '2024-02-29',
      netUnblendedCost: money('1'),
      netAmortizedCost: money('1'),
    })
    expect(() => toCharge(nobody)).toThrow(ConfigError)
    expect(() => toCharge(nobody)).toThrow('focus.defaults.BillingAccountId')
    const given = charges({ defaults: { ...defaults, SubAccountId: 'mine', ProviderName: 'Other' } })
    expect(given(nobody)).toMatchObject({
      BillingAccountId: '123456789012',
      SubAccountId: 'mine',
      ProviderName: 'AWS',
    })
  })

  test.each([
    [{ date: '2024-02-30' }, 'data.date: found "2024-02-30", a day such as 2024-08-01 is needed'],
    [
      { netUnblendedCost: money('a lot') },
      'data.netUnblendedCost.amount: found "a lot", a decimal number is needed',
    ],
  ])('with %j is refused', (data, reason) => {
    expect(() => aws(data)).toThrow(new Refused(reason))
  })
})

describe('an Alibaba Cloud event', () => {
  test('becomes a charge of its day in UTC+8, with its own digits', () => {
    expect(alibaba({})).toMatchObject({
      ChargePeriodStart: '2024-02-29T16:00:00Z',
      ChargePeriodEnd: '2024-03-01T16:00:00Z',
      BillingPeriodStart: '2024-02-29T16:00:00Z',
      BillingPeriodEnd: '2024-03-31T16:00:00Z',
      x_BillingDate: '2024-03-01',
      ListCost: '0.2352000000',
      ContractedCost: '0.23',
      BilledCost: '0.2300000000',
      EffectiveCost: '0.2300000000',
      BillingCurrency: 'CNY',
      BillingAccountId: '1857000000000003489',
      SubAccountId: '1922',
      ServiceSubcategory: 'Object Storage',
    })
  })

  const instance = 'alibaba.billing.instance.daily'
  test.each([
    [
      { SubscriptionType: 'Subscription' },
      'alibaba.billing.daily',
      { ChargeCategory: 'Purchase', EffectiveCost: '0' },
    ],
    [
      { PretaxAmount: '-1.0' },
      'alibaba.billing.daily',
      { ChargeCategory: 'Usage', ChargeClass: 'Correction' },
    ],
    [{ Item: 'SubscriptionOrder' }, instance, { ChargeCategory: 'Purchase', EffectiveCost: '0' }],
    [{ Item: 'Refund' }, instance, { ChargeCategory: 'Usage', ChargeClass: 'Correction' }],
    [
      { Item: 'Refund', SubscriptionType: 'Subscription' },
      instance,
      { ChargeCategory: 'Purchase', ChargeClass: 'Correction' },
    ],
    [{ Item: 'Adjustment' }, instance, { ChargeCategory: 'Adjustment', ConsumedQuantity: null }],
    [{ AfterDiscountAmount: '0.2310' }, instance, { EffectiveCost: '0.2310', BilledCost: '0.2300000000' }],
    [
      { Usage: '7.50', UsageUnit: 'GB-Mo' },
      instance,
      { PricingQuantity: '7.50', PricingUnit: 'GB-Months', ConsumedUnit: 'GB-Months' },
    ],
    [{ Tag: 'key:team value:data; key:env value:' }, instance, { Tags: '{"team":"data","env":""}' }],
    [{ Tag: 'team:data;env:prod' }, instance, { Tags: '{"team":"data","env":"prod"}' }],
    [
      { InstanceID: 'i-1', NickName: 'web', ProductType: 'ecs' },
      instance,
      { ResourceId: 'i-1', ResourceName: 'web', ResourceType: 'ecs' },
    ],
    [{ Region: 'China (Hangzhou)' }, instance, { RegionId: 'cn-hangzhou', RegionName: 'China (Hangzhou)' }],
  ])('with %j, %s, has %j', (data, type, expected) => {
    expect(alibaba(data, type)).toMatchObject(expected)
  })
})

describe('a restated event', () => {
  test('is a correction of the event that it replaces, also where it takes all away', () => {
    expect(aws({ netUnblendedCost: money('0') }, { revision: 2, replaces: 'that-one' })).toMatchObject({
      BilledCost: '0',
      ChargeClass: 'Correction',
      x_Revision: '2',
      x_Replaces: 'that-one',
    })
    expect(aws({}, { revision: 0 })).toMatchObject({ ChargeClass: null })
  })
})

describe('a charge', () => {
  test('passes through, as it is', () => {
    const charge = aws({ tag: { key: 'Team', value: 'billing' } })
    expect(charges()(event(CHARGE_TYPE, charge))).toEqual(charge)
    expect(tagsOf(charge)).toEqual({ Team: 'billing' })
  })

  test('that is sent on is in the event that it came in, whatever its data says of another', () => {
    const charge = aws({}, { revision: 2, replaces: 'that-one' })
    const sentOn = charges()(event(CHARGE_TYPE, charge, { id: 'mine', source: 'relay' }))
    expect(sentOn).toMatchObject({ x_EventId: 'mine', x_EventSource: 'relay', ChargeClass: 'Correction' })
    expect(sentOn).not.toHaveProperty('x_Revision')
    expect(sentOn).not.toHaveProperty('x_Replaces')
    const restated = event(CHARGE_TYPE, charge, { id: 'mine', revision: 1, replaces: 'my-first' })
    expect(charges()(restated)).toMatchObject({ x_EventId: 'mine', x_Revision: '1', x_Replaces: 'my-first' })
  })

  test.each([
    [{ Cost: '1' }, 'data.Cost is no column of FOCUS 1.2; columns of your own begin with x_'],
    [
      { BilledCost: 1.5 },
      'data.BilledCost: found a number, a text or null is needed; amounts are decimal text',
    ],
  ])('with %j is refused', (more, reason) => {
    expect(() => charges()(event(CHARGE_TYPE, { ...aws({}), ...more }))).toThrow(new Refused(reason))
  })

  test('is made by a mapping of your own, which may take the place of one of ours', () => {
    const mine: Mapping = {
      type: 'acme.bill',
      supports: [],
      draft: () => ({ ...aws({}), ProviderName: 'Acme' }),
    }
    expect(charges({ mappings: [mine] })(event('acme.bill', {})).ProviderName).toBe('Acme')
    const ours = { ...mine, type: 'aws.service.daily' }
    expect(charges({ mappings: [ours] })(event('aws.service.daily', {})).ProviderName).toBe('Acme')
  })

  test('that passes through must have decimal numbers for amounts', () => {
    expect(() => charges()(event('io.billow.charge.v1', { BilledCost: 'a lot' }))).toThrow(
      new Refused('data.BilledCost: found "a lot", a decimal number is needed'),
    )
  })

  test('without what no default can say is refused', () => {
    expect(() =>
      charges()(event('io.billow.charge.v1', { BilledCost: '1', BillingCurrency: 'USD' })),
    ).toThrow(
      new Refused(
        'found no BillingPeriodEnd, BillingPeriodStart, ChargeCategory, ChargePeriodEnd, ChargePeriodStart, ServiceName, without which there is no charge',
      ),
    )
  })

  test('of an event that nobody maps is refused, with what is known', () => {
    expect(() => charges()(event('acme.bill', {}))).toThrow(
      'no mapping to a charge is known for events of type acme.bill; there is one for aws.service.daily, ',
    )
  })
})

describe('a row of a Cost and Usage Report', () => {
  const row = {
    'lineItem/LineItemType': 'Usage',
    'lineItem/UsageStartDate': '2024-02-29T23:00:00.000Z',
    'lineItem/UsageEndDate': '2024-03-01T00:00:00.000Z',
    'bill/BillingPeriodStartDate': '2024-02-01T00:00:00.000Z',
    'bill/BillingPeriodEndDate': '2024-03-01T00:00:00.000Z',
    'bill/PayerAccountId': '123456789012',
    'lineItem/CurrencyCode': 'USD',
    'lineItem/UnblendedCost': '3.1E-7',
    'lineItem/UsageAmount': '3.0',
    'pricing/publicOnDemandRate': '0.1',
    'pricing/unit': 'GB-Mo',
    'product/sku': 'ABC',
    'product/ProductName': 'Amazon Simple Storage Service',
  }

  test.each([
    [
      {},
      {
        BilledCost: '0.00000031',
        ListCost: '0.3',
        PricingUnit: 'GB-Months',
        ConsumedQuantity: '3.0',
        ServiceSubcategory: 'Object Storage',
      },
    ],
    [{ 'lineItem/NetUnblendedCost': '0.2' }, { BilledCost: '0.2' }],
    [{ 'lineItem/LineItemType': 'Tax' }, { ChargeCategory: 'Tax', PricingQuantity: null, SkuId: null }],
    [
      { 'lineItem/LineItemType': 'RIFee' },
      {
        ChargeCategory: 'Purchase',
        ChargeFrequency: 'Recurring',
        EffectiveCost: '0',
        ConsumedQuantity: null,
      },
    ],
    [{ 'lineItem/LineItemType': 'SavingsPlanNegation' }, { ChargeCategory: 'Usage', EffectiveCost: '0' }],
    [
      {
        'lineItem/LineItemType': 'DiscountedUsage',
        'reservation/EffectiveCost': '0.07',
        'reservation/ReservationARN': 'arn:r',
      },
      {
        EffectiveCost: '0.07',
        PricingCategory: 'Committed',
        CommitmentDiscountId: 'arn:r',
        CommitmentDiscountStatus: 'Used',
        CommitmentDiscountCategory: 'Usage',
      },
    ],
    [{ 'lineItem/LegalEntity': 'Red Hat Inc.' }, { PublisherName: 'Red Hat Inc.', InvoiceIssuerName: 'AWS' }],
    [{ 'lineItem/LegalEntity': 'Amazon Web Services, Inc.' }, { PublisherName: 'AWS' }],
    [{ 'lineItem/ResourceId': 'arn:aws:ec2:us-east-1:1:instance/i-1' }, { ResourceType: 'ec2:instance' }],
    [
      { 'resourceTags/user:Team': 'a', 'resourceTags/aws:createdBy': 'b' },
      { Tags: '{"Team":"a","aws:createdBy":"b"}' },
    ],
  ])('with %j has %j', (more, expected) => {
    expect(awsCurCharge({ ...row, ...more })).toMatchObject(expected)
  })

  test('without a time is refused', () => {
    expect(() => awsCurCharge({ ...row, 'lineItem/UsageEndDate': '' })).toThrow(
      'lineItem/UsageEndDate: found ""',
    )
  })
})
