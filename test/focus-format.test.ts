import { describe, expect, test } from '@jest/globals'
import type { CloudEvent } from '@billow/core'
import { CHARGE_TYPE, type Charge, charges, COLUMN_NAMES, MAPPINGS } from '@billow/focus'
import { newPlace, type Place } from './support/app.ts'
import { faultsOf } from './support/charges.ts'
import {
  billedBy,
  CLOCK,
  cloudsAndTarget,
  documentConfig,
  paidRequests,
  SOURCE_NAMES,
  SOURCES,
  sumOf,
} from './support/clouds.ts'

// The programs as users run them, with the one line more that sends charges.

const here = cloudsAndTarget()
const YESTERDAY = '2024-05-14'
const FOCUS = 'format: focus\n'
const TYPES = {
  'source-aws-billing': 'aws.service.daily',
  'source-alicloud-billing': 'alibaba.billing.daily',
}

function configured(name: (typeof SOURCE_NAMES)[number], more: string, place = newPlace()): Place {
  const { cloud, keys } = SOURCES[name]
  const { url } = here.clouds[cloud]
  // Only STS knows whose keys a simulator's are.
  const account = name === 'source-aws-billing' ? `sts_endpoint: ${url}\n` : ''
  place.config(documentConfig(keys, here.target.url, url, account + more))
  return place
}

async function runOnce(name: (typeof SOURCE_NAMES)[number], place: Place): Promise<readonly CloudEvent[]> {
  const before = here.target.events.length
  const app = place.start(name, CLOCK)
  await app.saw('waiting for the next pull')
  app.child.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  return here.target.events.slice(before)
}

describe.each(SOURCE_NAMES)('%s with format: focus', name => {
  const { cloud, action } = SOURCES[name]
  const supports = MAPPINGS.find(({ type }) => type === TYPES[name])?.supports ?? []

  test('sends the newest day as charges of FOCUS, and all of it', async () => {
    const place = configured(name, FOCUS)
    const events = await runOnce(name, place)
    expect(events.length).toBeGreaterThan(5)
    for (const event of events) {
      expect(event).toMatchObject({
        type: CHARGE_TYPE,
        data: { x_BillingDate: YESTERDAY, x_EventId: event.id },
      })
      expect(Object.keys(event.data as object).slice(0, COLUMN_NAMES.length)).toEqual(COLUMN_NAMES)
      expect(charges()(event)).toEqual(event.data)
    }
    expect(await faultsOf(events, supports)).toBe('')
    const { stdout } = await place.run(name, ['days', '--json', ...CLOCK])
    expect(JSON.parse(stdout).days).toMatchObject([
      { day: YESTERDAY, state: 'provisional', rows: events.length, amounts: sumOf(events) },
    ])
    if (name === 'source-alicloud-billing')
      expect(sumOf(events)).toEqual(billedBy(here.clouds.alicloud, YESTERDAY, YESTERDAY))
  })

  test('has a ledger of its own: switching sends no day twice in either format', async () => {
    const place = configured(name, '')
    const native = await runOnce(name, place)
    const charged = await runOnce(name, configured(name, FOCUS, place))
    expect(charged).toHaveLength(native.length)
    expect(new Set([...native, ...charged].map(({ id }) => id)).size).toBe(2 * native.length)
    const asked = paidRequests(here.clouds[cloud], action)
    for (const more of ['', FOCUS]) expect(await runOnce(name, configured(name, more, place))).toEqual([])
    expect(paidRequests(here.clouds[cloud], action)).toBe(asked)
  })

  test('brings past days by pull, with the defaults of the configuration', async () => {
    const place = configured(
      name,
      `${FOCUS}focus: { defaults: { InvoiceId: "2024-5", BillingAccountId: "42" } }\n`,
    )
    const pull = ['pull', '--from', '2024-05-01', '--to', '2024-05-03', '--yes', ...CLOCK]
    expect(await place.run(name, pull)).toMatchObject({ code: 0 })
    const sent = here.target.events.map(({ data }) => data as Charge)
    expect(new Set(sent.map(({ x_BillingDate }) => x_BillingDate)).size).toBe(3)
    expect(new Set(sent.map(({ InvoiceId }) => InvoiceId))).toEqual(new Set(['2024-5']))
    // A bill that names its account is believed.
    const isAws = name === 'source-aws-billing'
    expect(sent.every(({ BillingAccountId }) => (BillingAccountId === '42') === isAws)).toBe(true)
  })
})

test.each([
  ['format: csv\n', 'format: found "csv", allowed is native or focus'],
  [
    `${FOCUS}focus: { defaults: { BillingAcountId: "1" } }\n`,
    'did you mean focus.defaults.BillingAccountId?',
  ],
  [`${FOCUS}focus: { defaults: { PricingQuantity: many } }\n`, 'allowed is a decimal number in quotes'],
])('%j is refused, and nothing is sent', async (more, said) => {
  const { code, stderr } = await configured('source-alicloud-billing', more).run('source-alicloud-billing')
  expect(stderr).toContain(said)
  expect(code).toBe(78)
})

test('where nobody says which AWS account is billed, the program ends at once and says what to give', async () => {
  const place = newPlace()
  place.config(
    documentConfig(SOURCES['source-aws-billing'].keys, here.target.url, here.clouds.aws.url, FOCUS),
  )
  const { code, stderr } = await place.run('source-aws-billing', CLOCK)
  expect(stderr).toContain('focus.defaults.BillingAccountId: found nothing')
  expect(stderr).toContain(
    'give the 12 digits of the account that is billed, in quotes, here or as account_id',
  )
  expect(code).toBe(78)
  expect(here.clouds.aws.requests.entries()).toEqual([])
})
