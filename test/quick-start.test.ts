import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { CloudEvent } from '@billow/core'
import { newPlace } from './support/app.ts'
import {
  billedBy,
  CLOCK,
  documentConfig,
  paidRequests,
  SOURCE_NAMES,
  SOURCES,
  cloudsAndTarget,
  sumOf,
} from './support/clouds.ts'

const YESTERDAY = '2024-05-14'

/** The documents' events, reduced to what never changes: keys in their order, and the types of the values. */
const FORM = {
  'source-aws-billing': {
    source: 'cloud.aws.billing',
    type: 'aws.service.daily',
    data: [
      'date',
      'service',
      'amortizedCost',
      'blendedCost',
      'netAmortizedCost',
      'netUnblendedCost',
      'unblendedCost',
    ],
  },
  'source-alicloud-billing': {
    source: 'cloud.alibaba.billing',
    type: 'alibaba.billing.daily',
    data: `AdjustAmount BillAccountID BillAccountName BillingDate BizType CashAmount CostUnit Currency DeductedByCashCoupons DeductedByCoupons DeductedByPrepaidCard
      InvoiceDiscount OutstandingAmount OwnerId OwnerName PaymentAmount PipCode PretaxAmount PretaxGrossAmount ProductCode ProductName SubscriptionType`.split(
      /\s+/,
    ),
  },
}

const here = cloudsAndTarget()

async function runOnce(name: (typeof SOURCE_NAMES)[number], place = newPlace()) {
  const { cloud, keys } = SOURCES[name]
  place.config(documentConfig(keys, here.target.url, here.clouds[cloud].url))
  const app = place.start(name, CLOCK)
  await app.saw('waiting for the next pull')
  app.child.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  return { place, ...app.output() }
}

describe.each(SOURCE_NAMES)('%s, started with the form of its document', name => {
  const { cloud, action } = SOURCES[name]

  test("sends the newest day as the document's events, and all of it", async () => {
    const { place, stderr } = await runOnce(name)
    const form = FORM[name]
    expect(here.target.events.length).toBeGreaterThan(5)
    for (const event of here.target.events) {
      expect(Object.keys(event)).toEqual([
        'specversion',
        'id',
        'source',
        'type',
        'datacontenttype',
        'time',
        'data',
      ])
      expect(event).toMatchObject({
        specversion: '1.0',
        source: form.source,
        type: form.type,
        datacontenttype: 'application/json',
      })
      expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(event.time).toMatch(/^2024-05-15T12:00:\d\d\.\d{3}Z$/)
      expect(Object.keys(event.data as object)).toEqual(form.data)
    }
    expect(sumOf(here.target.events)).toEqual(billedBy(here.clouds[cloud], YESTERDAY, YESTERDAY))
    const data = join(place.folder, 'data')
    expect(stderr).toContain(
      `It is in ${data}: in a container, mount a volume at ${data}, or use store_config.type: postgres.`,
    )
  })

  test('sends nothing again on a second start, and asks for nothing', async () => {
    const { place } = await runOnce(name)
    const sent = here.target.events.length
    const asked = paidRequests(here.clouds[cloud], action)
    const { stderr } = await runOnce(name, place)
    expect(stderr).not.toContain('the ledger is empty')
    expect(here.target.events).toHaveLength(sent)
    expect(paidRequests(here.clouds[cloud], action)).toBe(asked)
  })

  test('gives the same ids for the same bill, and another id for a changed amount', async () => {
    await runOnce(name)
    const first = here.target.events.splice(0)
    await runOnce(name)
    const second = here.target.events.splice(0)
    const ids = (events: readonly CloudEvent[]): string[] => events.map(({ id }) => id).toSorted()
    expect(ids(second)).toEqual(ids(first))
    const corrected = here.clouds[cloud].billed(YESTERDAY, YESTERDAY).find(({ amount }) => amount !== '0')
    here.clouds[cloud].correct({ day: YESTERDAY, service: corrected?.service ?? '', factor: '1.5' })
    await runOnce(name)
    const changed = ids(here.target.events).filter(id => !ids(first).includes(id))
    expect(changed.length).toBeGreaterThan(0)
    expect(changed.length).toBeLessThan(first.length)
  })

  test('health turns healthy, and days tells what was done', async () => {
    const place = newPlace()
    const { keys } = SOURCES[name]
    place.config(documentConfig(keys, here.target.url, here.clouds[cloud].url))
    expect(await place.run(name, ['health'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('does not run'),
    })
    const app = place.start(name, CLOCK)
    await app.saw('waiting for the next pull')
    expect(await place.run(name, ['health'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${name} is running`),
    })
    expect(await place.run(name, ['pull', '--from', '2024-05-01', '--yes', ...CLOCK])).toMatchObject({
      code: 75,
      stderr: expect.stringContaining(`running already with the data directory`),
    })
    app.child.kill('SIGTERM')
    await app.ended
    const { stdout } = await place.run(name, ['days', '--json', ...CLOCK])
    const { days } = JSON.parse(stdout)
    expect(days).toEqual([
      expect.objectContaining({
        day: YESTERDAY,
        state: 'provisional',
        rows: here.target.events.length,
        delivered: here.target.events.length,
        amounts: sumOf(here.target.events),
        revision: 0,
      }),
    ])
  })
})
