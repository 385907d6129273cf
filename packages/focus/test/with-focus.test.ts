import { describe, expect, test } from '@jest/globals'
import { type CloudEvent, type DailyBill, dailySource, Type } from '@billow/core'
import { awsDaily } from '../src/mappings/aws-daily.ts'
import { CHARGE_TYPE, type Charge, charges, type Mapping, withFocus } from '@billow/focus'
import { expectSameCharges, faultsOf } from '../../../test/support/charges.ts'
import { type DailyRun, dailyRun, restatedSum } from '../../../test/support/daily-run.ts'

interface Row {
  readonly service: string
  readonly amount: string
  /** A figure that charges do not have. */
  readonly blended?: string
}
type Days = Record<string, readonly Row[]>
type Dated = Row & { readonly day: string }

const cost = (amount: string) => ({ amount, unit: 'USD' })

/** A bill that a test writes, in the words of AWS. */
function billOf(days: Days, final = false): DailyBill<ReturnType<typeof Type.Object>, Dated> {
  const COSTS = ['netUnblendedCost', 'netAmortizedCost', 'blendedCost']
  return {
    name: 'source-test-billing',
    config: Type.Object({}),
    zone: 'UTC',
    account: () => '210000000017',
    scope: () => 'by-service',
    async *fetch(day) {
      for (const row of days[day] ?? []) yield { day, row: { ...row, day }, final }
    },
    key: ({ service }) => [service],
    event: ({ day, service, amount, blended = amount }) => ({
      source: 'cloud.aws.billing',
      type: 'aws.service.daily',
      data: {
        date: day,
        service,
        netUnblendedCost: cost(amount),
        netAmortizedCost: cost(amount),
        blendedCost: cost(blended),
      },
    }),
    amount: ({ amount }) => ({ amount, currency: 'USD' }),
    zero: data => ({ ...data, ...Object.fromEntries(COSTS.map(name => [name, cost('0')])) }),
    requests: { days: 1 },
  }
}

const defaults = { BillingAccountId: '123456789012', InvoiceIssuerName: 'AWS' }
const FOCUS = { format: 'focus', focus: { defaults }, resync_days: 9 }
const DAY = '2024-05-05'

function runOf(days: Days, config: () => object = () => FOCUS): DailyRun {
  return dailyRun(dailySource(withFocus(billOf(days))), config)
}

/** One of each kind. */
const ROWS: readonly Row[] = [
  { service: 'AWS Lambda', amount: '1.50' },
  { service: 'AWS Support (Business)', amount: '100' },
  { service: 'Amazon S3', amount: '-0.25' },
  { service: 'Refund', amount: '-3' },
  { service: 'Savings Plans for AWS Compute usage', amount: '10' },
  { service: 'Tax', amount: '5.2E-9' },
]

const dataOf = (event: CloudEvent | undefined) => event?.data as Charge
const of = (events: readonly CloudEvent[], service: string) =>
  events.filter(event => dataOf(event).ServiceName === service)

const faults = (events: readonly CloudEvent[]) => faultsOf(events, awsDaily.supports)

describe('a bill with format: focus', () => {
  test('sends charges, each of which says which event it is in', async () => {
    const run = runOf({ [DAY]: ROWS })
    await run.at('2024-05-06T02:00:00Z')
    expect(run.events).toHaveLength(ROWS.length)
    for (const event of run.events) {
      expect(Object.keys(event).join()).toBe('specversion,id,source,type,datacontenttype,time,data')
      expect(event).toMatchObject({ source: 'cloud.aws.billing', type: CHARGE_TYPE })
      expect(dataOf(event)).toMatchObject({ x_EventSource: event.source, x_EventId: event.id, ...defaults })
      expect(dataOf(event)).not.toHaveProperty('x_Revision')
      // Whoever maps it again has the same charge.
      expect(charges()(event)).toEqual(event.data)
    }
    expect(of(run.events, 'Tax').map(dataOf)).toMatchObject([
      { BilledCost: '0.0000000052', ChargeCategory: 'Tax', ChargeClass: null },
    ])
    expect(await faults(run.events)).toBe('')
  })

  test('gives the same ids for the same rows, whenever they are pulled, and others for another bill', async () => {
    const ids: string[][] = []
    for (const at of ['2024-05-06T02:00:00Z', '2024-05-06T09:00:00Z']) {
      const run = runOf({ [DAY]: ROWS })
      await run.at(at)
      ids.push(run.events.map(({ id }) => id))
    }
    expect(ids[1]).toEqual(ids[0])
    const grouped = { ...billOf({ [DAY]: ROWS }), scope: () => 'by-service/tag:Team' }
    const run = dailyRun(dailySource(withFocus(grouped)), () => FOCUS)
    await run.at('2024-05-06T02:00:00Z')
    expect(run.events.filter(({ id }) => ids[0]?.includes(id))).toEqual([])
  })

  test('sends what changes as corrections, which zero all figures of what is gone, and obey the rules', async () => {
    const days: Days = { [DAY]: ROWS }
    const run = runOf(days)
    await run.at('2024-05-06T02:00:00Z')
    const first = [...run.events]
    days[DAY] = [{ service: 'AWS Lambda', amount: '2' }]
    await run.at('2024-05-07T02:00:00Z')
    const second = run.events.slice(first.length)
    expect(second).toHaveLength(ROWS.length)
    for (const event of second) {
      const [before] = of(first, dataOf(event).ServiceName)
      expect(event).toMatchObject({ revision: 1, replaces: before?.id })
      expect(dataOf(event)).toMatchObject({
        ChargeClass: 'Correction',
        x_EventId: event.id,
        x_Revision: '1',
        x_Replaces: before?.id,
      })
      expect(charges()(event)).toEqual(event.data)
      if (dataOf(event).ServiceName === 'AWS Lambda') continue
      const { PricingQuantity } = dataOf(before)
      const zeros = { BilledCost: '0', ContractedCost: '0', EffectiveCost: '0', ListCost: '0' }
      expect(event.data).toEqual({
        ...dataOf(before),
        ...zeros,
        PricingQuantity: PricingQuantity && '0',
        ChargeClass: 'Correction',
        x_EventId: event.id,
        x_Revision: '1',
        x_Replaces: before?.id,
      })
    }
    // Back as it was: new again, under new ids, with nothing left of the revision that took it away.
    days[DAY] = ROWS
    await run.at('2024-05-08T02:00:00Z')
    const third = run.events.slice(first.length + second.length)
    expect(of(third, 'Tax').map(dataOf)).toMatchObject([{ BilledCost: '0.0000000052', x_Revision: '2' }])
    expect(of(third, 'Tax')[0]).not.toHaveProperty('replaces')
    expect(dataOf(of(third, 'Tax')[0]).x_Replaces).toBeNull()
    expect(new Set(run.events.map(({ id }) => id)).size).toBe(run.events.length)
    expect(restatedSum(run.events)).toEqual({ USD: '108.2500000052' })
    expect(await faults(run.events)).toBe('')
  })

  test('is the same bill as the native events mapped, but for the ids', async () => {
    const days: Days = { [DAY]: ROWS }
    const native = runOf(days, () => ({ resync_days: 9 }))
    const focus = runOf(days)
    for (const run of [native, focus]) await run.at('2024-05-06T02:00:00Z')
    // Of what is gone, a native event no longer says the sign, by which a credit is known.
    days[DAY] = [{ service: 'AWS Lambda', amount: '2' }, ...ROWS.slice(2, 4)]
    for (const run of [native, focus]) await run.at('2024-05-07T02:00:00Z')
    expect(native.events.length).toBeGreaterThan(ROWS.length)
    expectSameCharges(focus.events, native.events, defaults)
  })

  test('keeps quiet about a change that no charge shows, which native events do', async () => {
    const days: Days = { [DAY]: ROWS }
    const native = runOf(days, () => ({ resync_days: 9 }))
    const focus = runOf(days)
    for (const run of [native, focus]) await run.at('2024-05-06T02:00:00Z')
    days[DAY] = ROWS.map(row => ({ ...row, blended: '7' }))
    for (const run of [native, focus]) await run.at('2024-05-07T02:00:00Z')
    expect(native.events).toHaveLength(2 * ROWS.length)
    expect(focus.events).toHaveLength(ROWS.length)
    expect(await focus.day(DAY)).toMatchObject({ revision: 0, amounts: { USD: '108.2500000052' } })
  })

  test('corrects what is read again after a default changed, and leaves the other days as they were sent', async () => {
    const days: Days = { '2024-05-04': ROWS, [DAY]: ROWS }
    let focus: object = { defaults }
    const config = () => ({ format: 'focus', focus, resync_days: 2 })
    const run = dailyRun(dailySource(withFocus(billOf(days, true))), config)
    await run.at('2024-05-05T02:00:00Z')
    await run.at('2024-05-06T02:00:00Z')
    const before = run.events.length
    focus = { defaults: { ...defaults, InvoiceId: '2024-05' } }
    await run.at('2024-05-06T09:00:00Z')
    expect(run.events).toHaveLength(before)
    await run.at('2024-05-07T02:00:00Z')
    const after = run.events.slice(before)
    expect(after.map(event => dataOf(event).x_BillingDate)).toEqual(ROWS.map(() => DAY))
    for (const { data } of after)
      expect(data).toMatchObject({ InvoiceId: '2024-05', ChargeClass: 'Correction', x_Revision: '1' })
    expect(await run.day('2024-05-04')).toMatchObject({ revision: 0 })
  })

  test('has a ledger beside the native one: neither loses or repeats a day of its own', async () => {
    const days: Days = Object.fromEntries(
      [5, 6, 7, 8, 9].map(n => [`2024-05-0${n}`, [{ service: 'AWS Lambda', amount: String(n) }]]),
    )
    let config: object = {}
    const run = runOf(days, () => config)
    const sent = () =>
      run.events.map(({ type, data }) =>
        type === CHARGE_TYPE ? `charge ${(data as Charge).x_BillingDate}` : (data as { date: string }).date,
      )
    await run.at('2024-05-06T02:00:00Z')
    await run.at('2024-05-07T02:00:00Z')
    expect(sent()).toEqual(['2024-05-05', '2024-05-06'])
    config = { ...FOCUS, resync_days: 0, day_events: true }
    await run.at('2024-05-07T03:00:00Z')
    await run.at('2024-05-08T02:00:00Z')
    const [charge, day] = run.events.slice(2)
    expect(dataOf(charge).x_BillingDate).toBe('2024-05-06')
    expect(day).toMatchObject({
      type: 'io.billow.billing.day',
      subject: '2024-05-06',
      data: { scope: 'io.billow.charge.v1/by-service', rows: 1, amounts: { USD: '6' } },
    })
    config = {}
    await run.at('2024-05-10T02:00:00Z')
    expect(sent().slice(6)).toEqual(['2024-05-07', '2024-05-08', '2024-05-09'])
  })

  test('asks the source at the start for what its events do not say', async () => {
    const asked: unknown[] = []
    const bill = withFocus(billOf({ [DAY]: ROWS }), {
      known(account, given) {
        asked.push([account, given])
        return { BillingAccountId: account, SubAccountId: account }
      },
    })
    const focus = { defaults: { BillingAccountId: '123456789012' } }
    const run = dailyRun(dailySource(bill), () => ({ format: 'focus', focus }))
    await run.at('2024-05-06T02:00:00Z')
    expect(asked[0]).toEqual(['210000000017', focus.defaults])
    // The user's own defaults win.
    expect(dataOf(run.events[0])).toMatchObject({
      BillingAccountId: '123456789012',
      SubAccountId: '210000000017',
    })
  })

  test('compares the month with the total of what is billed', async () => {
    const bill = { ...billOf({ [DAY]: ROWS }), monthTotals: async () => ({ amounts: { USD: '1' } }) }
    const options = { billedTotals: async () => ({ amounts: { USD: '108.2500000052' } }) }
    for (const [format, month] of [
      ['native', '1'],
      ['focus', '108.2500000052'],
    ]) {
      const run = dailyRun(dailySource(withFocus(bill, options)), () => ({ ...FOCUS, format }))
      await run.at('2024-05-06T02:00:00Z')
      const [text = ''] = await run.days({ month: '2024-05', json: true })
      expect(JSON.parse(text).totals).toMatchObject([{ currency: 'USD', days: '108.2500000052', month }])
    }
  })

  test('takes a mapping of its own', async () => {
    const mine: Mapping = {
      ...awsDaily,
      draft: event => ({ ...awsDaily.draft(event), ProviderName: 'Acme' }),
    }
    const source = dailySource(withFocus(billOf({ [DAY]: ROWS }), { mappings: [mine] }))
    const run = dailyRun(source, () => FOCUS)
    await run.at('2024-05-06T02:00:00Z')
    expect(dataOf(run.events[0]).ProviderName).toBe('Acme')
  })
})

test('a bill without a format sends what it sent', async () => {
  const plain = dailyRun(dailySource(billOf({ [DAY]: ROWS })), () => ({}))
  const both = runOf({ [DAY]: ROWS }, () => ({ focus: { defaults } }))
  for (const run of [plain, both]) await run.at('2024-05-06T02:00:00Z')
  expect(both.events).toEqual(plain.events)
  expect(plain.events).toHaveLength(ROWS.length)
})
