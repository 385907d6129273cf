import { type AlicloudSimulator, startAlicloudSimulator } from '@billow/simulators'
import { alicloudBill, alicloudBilling, type BillRow } from '@billow/source-alicloud-billing'
import { addDecimals, parseClock, stringifyJson } from '@billow/core'
import { afterEach, describe, expect, test } from '@jest/globals'
import { billedBy } from '../../../test/support/clouds.ts'
import { type DailyRun, dailyRun, restatedSum } from '../../../test/support/daily-run.ts'
import { alicloudContext, rowsOf } from './support.ts'

let alicloud: AlicloudSimulator
afterEach(() => alicloud.close())

async function start(more: object): Promise<DailyRun> {
  const run = dailyRun(alicloudBilling, () => ({
    ...alicloudContext(alicloud.url).config,
    ...more,
  }))
  alicloud = await startAlicloudSimulator({ clock: run.clock })
  return run
}

describe('a bill that Alibaba Cloud restates', () => {
  test.each(['account', 'instance'])('arrives whole until the month is closed: %s', async bill => {
    const run = await start({ bill, resync_days: 3 })
    alicloud.faults.set({ restatement: true })
    for (const day of ['2024-05-29', '2024-05-30', '2024-05-31', '2024-06-02', '2024-06-03', '2024-06-05']) {
      await run.at(`${day}T02:00:00Z`)
      const yesterday = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
      expect(restatedSum(run.events)).toEqual(billedBy(alicloud, '2024-05-28', yesterday))
    }
    expect(run.events.filter(event => event['revision'] !== undefined).length).toBeGreaterThan(0)
    expect(new Set(run.events.map(({ id }) => id)).size).toBe(run.events.length)
    expect(await run.day('2024-05-28')).toMatchObject({ state: 'done', final: true })
    expect(await run.day('2024-06-01')).toMatchObject({ state: 'provisional', final: false })
  })

  test('that comes late is read again until it is there', async () => {
    const run = await start({ resync_days: 3 })
    alicloud.faults.set({ lagHours: 24 })
    for (const day of ['2024-05-14', '2024-05-15', '2024-05-16']) await run.at(`${day}T02:00:00Z`)
    expect(await run.day('2024-05-13')).toMatchObject({ state: 'provisional', revision: 0 })
    expect(await run.day('2024-05-15')).toMatchObject({ state: 'empty' })
    expect(restatedSum(run.events)).toEqual(billedBy(alicloud, '2024-05-13', '2024-05-14'))
  })

  test('adds up to the month, less its round-down', async () => {
    const run = await start({ catch_up_days: 40 })
    await run.at('2024-05-02T02:00:00Z')
    await run.at('2024-06-05T02:00:00Z')
    const [text = ''] = await run.days({ month: '2024-05', json: true })
    expect(run.questions).toEqual([])
    const billed = billedBy(alicloud, '2024-05-01', '2024-05-31')
    const { missing, totals } = JSON.parse(text) as {
      missing: string[]
      totals: Record<'currency' | 'days' | 'month' | 'roundDown' | 'difference', string>[]
    }
    expect(missing).toEqual([])
    expect(Object.fromEntries(totals.map(({ currency, days }) => [currency, days]))).toEqual(billed)
    for (const { days, month, roundDown, difference } of totals) {
      expect(difference).toBe('0')
      expect(addDecimals(month, roundDown)).toBe(days)
    }
    expect(totals.some(({ roundDown }) => roundDown !== '0')).toBe(true)
  })

  test('takes a row back with every figure 0, prices and names unchanged', async () => {
    alicloud = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
    const [row] = await rowsOf(alicloudContext(alicloud.url, { bill: 'instance' }), '2024-05-05')
    const { data, type } = alicloudBill.event(row as BillRow)
    const zero = alicloudBill.zero?.(data, type) ?? {}
    expect(Object.keys(zero)).toEqual(Object.keys(data))
    const changed = Object.keys(data).filter(name => stringifyJson(zero[name]) !== stringifyJson(data[name]))
    expect(changed).toEqual(expect.arrayContaining(['PretaxAmount', 'PretaxGrossAmount', 'Usage']))
    for (const name of changed) expect(String(zero[name])).toBe('0')
    expect(zero).toMatchObject({ ProductCode: data['ProductCode'], ListPrice: data['ListPrice'] })
  })
})

describe('month_closes', () => {
  test.each([
    ['4T12:00+08:00', '2024-06-04T03:59:59Z', false],
    ['4T12:00+08:00', '2024-06-04T04:00:00Z', true],
    ['3T00:00Z', '2024-06-03T00:00:00Z', true],
    ['28T23:59-05:00', '2024-06-29T04:58:00Z', false],
    ['28T23:59-05:00', '2024-06-29T04:59:00Z', true],
  ])('%s, read at %s: final is %s', async (month_closes, now, final) => {
    alicloud = await startAlicloudSimulator({ clock: parseClock('2024-07-15') })
    const context = alicloudContext(alicloud.url, { month_closes }, { now })
    for await (const row of alicloudBill.fetch('2024-05-31', '2024-05-31', context)) {
      expect(row.final).toBe(final)
    }
  })
})
