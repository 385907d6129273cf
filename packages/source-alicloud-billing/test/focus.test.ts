import { addDecimals, parseClock } from '@billow/core'
import { CHARGE_TYPE, type Charge, MAPPINGS } from '@billow/focus'
import { type AlicloudSimulator, startAlicloudSimulator } from '@billow/simulators'
import { alicloudBilling } from '@billow/source-alicloud-billing'
import { afterEach, describe, expect, test } from '@jest/globals'
import { ALICLOUD_KEYS } from '../../../test/support/app.ts'
import { expectSameCharges, faultsOf } from '../../../test/support/charges.ts'
import { billedBy } from '../../../test/support/clouds.ts'
import { runCommand } from '../../../test/support/command.ts'
import { type DailyRun, dailyRun, restatedSum } from '../../../test/support/daily-run.ts'
import { alicloudContext } from './support.ts'

let alicloud: AlicloudSimulator
afterEach(() => alicloud.close())

const supportsOf = (type: string) => MAPPINGS.find(mapping => mapping.type === type)?.supports ?? []

function runOf(more: object): DailyRun {
  return dailyRun(alicloudBilling, () => ({ ...alicloudContext(alicloud.url).config, ...more }))
}

describe('format: focus', () => {
  test('is said by check, with what the configuration adds', async () => {
    alicloud = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
    const keys = `secret:\n  access_key_id: ${ALICLOUD_KEYS.id}\n  secret_access_key: ${ALICLOUD_KEYS.secret}\n`
    const config = `target: http://127.0.0.1:9\nendpoint: ${alicloud.url}\nformat: focus\n${keys}`
    for (const [more, said] of [
      ['', ''],
      ['focus: { defaults: { InvoiceId: "7" } }\n', '; where the bill does not say it: InvoiceId 7'],
    ]) {
      const check = ['check', '--clock', '2024-05-15']
      const { stdout } = await runCommand(alicloudBilling, check, config + more)
      expect(stdout).toContain(`format: charges of FOCUS 1.2 (${CHARGE_TYPE})${said}\n`)
      expect(stdout).toContain('permission: QueryAccountBill is granted')
    }
  })

  test.each([
    ['account', 'alibaba.billing.daily'],
    ['instance', 'alibaba.billing.instance.daily'],
  ])('sends the charges of the native bill, restated too: %s', async (bill, type) => {
    const native = runOf({ bill, resync_days: 3 })
    const focus = runOf({ bill, resync_days: 3, format: 'focus' })
    alicloud = await startAlicloudSimulator({ clock: native.clock })
    alicloud.faults.set({ restatement: true })
    for (const day of ['2024-05-31', '2024-06-01', '2024-06-02']) {
      await native.at(`${day}T02:00:00Z`)
      await focus.at(`${day}T02:00:00Z`)
    }
    expect(focus.events.filter(event => event['replaces'] !== undefined).length).toBeGreaterThan(2)
    expect(focus.events.every(event => event.type === CHARGE_TYPE)).toBe(true)
    expectSameCharges(focus.events, native.events, {})
    expect(await faultsOf(focus.events, supportsOf(type))).toBe('')
    expect(restatedSum(focus.events)).toEqual(billedBy(alicloud, '2024-05-30', '2024-06-01'))
    expect(restatedSum(focus.events)).toEqual(restatedSum(native.events))
  })

  test('adds up to the month, less its round-down', async () => {
    const focus = runOf({ format: 'focus', catch_up_days: 40 })
    alicloud = await startAlicloudSimulator({ clock: focus.clock })
    await focus.at('2024-05-02T02:00:00Z')
    await focus.at('2024-06-05T02:00:00Z')
    const [text = ''] = await focus.days({ month: '2024-05', json: true })
    const { totals } = JSON.parse(text) as { totals: Record<string, string>[] }
    const may = focus.events.filter(({ data }) => (data as Charge).x_BillingDate?.startsWith('2024-05'))
    const sums = restatedSum(may)
    expect(Object.fromEntries(totals.map(({ currency, days }) => [currency, days]))).toEqual(sums)
    for (const { days, month = '', roundDown = '', difference } of totals) {
      expect(difference).toBe('0')
      expect(addDecimals(month, roundDown)).toBe(days)
    }
    expect(totals.length).toBeGreaterThan(1)
  })
})
