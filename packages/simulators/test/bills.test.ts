import { describe, expect, test } from '@jest/globals'
import { type Clock, parseClock } from '@billow/core'
import { type Billed, startAlicloudSimulator, startAwsSimulator, startSimulators } from '@billow/simulators'
import { Big } from 'big.js'
import fc from 'fast-check'
import { addDays, daysBetween } from '../src/days.ts'
import { awsAmount, fromUnits, part, toUnits } from '../src/decimal.ts'
import { split } from '../src/bills/shape.ts'

const FROM = '2023-04-15'
const TO = '2024-05-14'

async function bills(from: string, options: { seed?: number; clock?: Clock } = {}) {
  const both = await startSimulators({ clock: parseClock('2024-05-15'), ...options })
  const { aws, alicloud } = both
  const made = {
    aws: aws.billed(from, TO),
    alicloud: alicloud.billed(from, TO),
    anomalies: [...aws.anomalies(from, TO), ...alicloud.anomalies(from, TO)],
  }
  await both.close()
  return made
}

const bill = await bills(FROM)

const byDay = (rows: readonly Billed[], only: (row: Billed) => boolean) => {
  const days = Map.groupBy(rows.filter(only), row => row.day)
  return daysBetween(FROM, TO).map(day =>
    (days.get(day) ?? []).reduce((sum, row) => sum.plus(row.amount), new Big(0)).toNumber(),
  )
}
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe('the generated bills', () => {
  test('the same seed gives the same bill, whatever the clock; another seed another', async () => {
    const from = '2024-04-01'
    const spring = await bills(from)
    expect(await bills(from, { clock: parseClock('2024-08-01') })).toEqual(spring)
    expect(spring.aws).toEqual(bill.aws.filter(b => b.day >= from))
    const other = await bills(from, { seed: 2 })
    expect(other.aws).not.toEqual(spring.aws)
    expect(other.alicloud).not.toEqual(spring.alicloud)
  })

  test('are the same on every machine', () => {
    const of = (rows: readonly Billed[], service: string) =>
      rows.find(r => r.day === '2024-02-29' && r.service === service && r.currency !== 'USD')?.amount ??
      rows.find(r => r.day === '2024-02-29' && r.service === service)?.amount
    expect([of(bill.aws, 'AWS Lambda'), of(bill.alicloud, 'ecs')]).toMatchInlineSnapshot(`
[
  "75.2952489331",
  "2675.3788387586",
]
`)
  })

  test('every day has dozens of services, and Alibaba Cloud three currencies', () => {
    for (const rows of [bill.aws, bill.alicloud]) {
      const days = [...Map.groupBy(rows, r => r.day).values()]
      expect(days).toHaveLength(396)
      expect(Math.min(...days.map(day => new Set(day.map(r => r.service)).size))).toBeGreaterThan(35)
    }
    for (const day of Map.groupBy(bill.alicloud, r => r.day).values()) {
      expect(new Set(day.map(r => r.currency))).toEqual(new Set(['CNY', 'USD', 'JPY']))
    }
  })

  test('weekends are quiet, a year grows, month ends are busy', () => {
    const weekday = (n: number) => (new Date(`${addDays(FROM, n)}T00:00:00Z`).getUTCDay() + 6) % 7
    const compute = byDay(bill.aws, r => r.service === 'EC2 - Other')
    const workdays = compute.filter((_, n) => weekday(n) < 5)
    const weekend = compute.filter((_, n) => weekday(n) >= 5)
    expect(mean(workdays) / mean(weekend)).toBeGreaterThan(1.15)
    const storage = byDay(bill.aws, r => r.service === 'Amazon Simple Storage Service')
    expect(mean(storage.slice(-60)) / mean(storage.slice(0, 60))).toBeGreaterThan(1.15)
    const batch = byDay(bill.alicloud, r => r.service === 'dide' && r.currency === 'CNY')
    const ends = batch.filter((_, n) => addDays(FROM, n + 2).slice(5, 7) !== addDays(FROM, n).slice(5, 7))
    expect(mean(ends) / mean(batch)).toBeGreaterThan(1.1)
  })

  test('have refunds, one-off purchases, services that come and go', () => {
    const kinds = (provider: string) =>
      new Set(bill.anomalies.filter(a => a.provider === provider).map(a => a.kind))
    const all = [
      'drop-to-zero',
      'level-shift',
      'new-service',
      'one-off-purchase',
      'refund',
      'spike',
      'vanished-service',
    ]
    expect([...kinds('aws')].sort()).toEqual(all)
    expect([...kinds('alicloud')].sort()).toEqual(all)
  })

  test('every planted anomaly is in the bill', () => {
    for (const anomaly of bill.anomalies) {
      const { provider, service, day, kind } = anomaly
      const rows = bill[provider].filter(r => r.service === service && r.currency !== 'JPY')
      const on = (day: string) =>
        rows
          .filter(r => r.day === day && (provider === 'aws' || r.currency === 'CNY'))
          .reduce((sum, r) => sum.plus(r.amount), new Big(0))
          .toNumber()
      const before = mean([7, 14].map(n => on(addDays(day, -n))))
      if (day < addDays(FROM, 14) || day > addDays(TO, -1)) continue
      const what = `${kind} of ${service} on ${day}: ${before} → ${on(day)}`
      if (kind === 'drop-to-zero' || kind === 'vanished-service')
        expect([what, on(day) <= 0]).toEqual([what, true])
      if (kind === 'new-service') expect([what, before === 0 && on(day) > 0]).toEqual([what, true])
      if (kind === 'one-off-purchase') expect([what, on(day) > 3000]).toEqual([what, true])
      if (kind === 'refund') expect([what, on(day) < before]).toEqual([what, true])
      if (kind === 'spike') expect([what, on(day) > before * 1.3]).toEqual([what, true])
    }
  })
})

describe('what shows when', () => {
  const at = async (instant: string, faults: object) => {
    const clock = parseClock(instant)
    const aws = await startAwsSimulator({ clock, faults })
    const alicloud = await startAlicloudSimulator({ clock, faults })
    await Promise.all([aws.close(), alicloud.close()])
    return { aws, alicloud }
  }

  test('lag: a day shows when its hours have passed', async () => {
    const faults = { lagHours: 24 }
    // The day of Alibaba Cloud ends at 16:00 UTC.
    const before = await at('2024-05-11T15:59:00Z', faults)
    expect(before.alicloud.billed('2024-05-10', '2024-05-10')).toEqual([])
    const after = await at('2024-05-11T16:00:00Z', faults)
    expect(after.alicloud.billed('2024-05-10', '2024-05-10').length).toBeGreaterThan(30)
    expect(after.alicloud.billed('2024-05-11', '2024-05-11')).toEqual([])
    expect(after.aws.billed('2024-05-11', '2024-05-11')).toEqual([])
    const amounts = (n: number) =>
      after.aws.billed(addDays('2024-05-10', n), addDays('2024-05-10', n)).map(b => b.amount)
    expect(amounts(0)).not.toEqual(bill.aws.filter(b => b.day === '2024-05-10').map(b => b.amount))
    expect(amounts(-1)).toEqual(bill.aws.filter(b => b.day === '2024-05-09').map(b => b.amount))
  })

  test('restatement: figures change until the month closes, then they are the final ones', async () => {
    const faults = { restatement: true }
    const read = async (instant: string) => {
      const { aws, alicloud } = await at(instant, faults)
      return [aws, alicloud].map(d => d.billed('2024-03-31', '2024-03-31'))
    }
    const final = [bill.aws, bill.alicloud].map(rows => rows.filter(r => r.day === '2024-03-31'))
    const first = await read('2024-04-01T02:00:00Z')
    const week = await read('2024-04-02T23:00:00Z')
    const closed = await read('2024-04-06T00:00:00Z')
    expect(closed).toEqual(final)
    for (const n of [0, 1]) {
      expect(first[n]).not.toEqual(final[n])
      expect(week[n]).not.toEqual(first[n])
    }
  })

  test('Alibaba Cloud closes a month at noon of the third, UTC+8', async () => {
    const month = async (instant: string) =>
      (await at(instant, { restatement: true })).alicloud.billed('2024-03-01', '2024-03-20')
    const closed = await month('2024-04-03T04:00:00Z')
    expect(await month('2024-04-03T03:59:00Z')).not.toEqual(closed)
    expect(closed).toEqual(bill.alicloud.filter(b => b.day >= '2024-03-01' && b.day <= '2024-03-20'))
  })

  test('a correction multiplies what a day says of a service', async () => {
    const { aws, alicloud } = await at('2024-05-15', {})
    const services = [aws, 'AWS Lambda', alicloud, 'disk'] as const
    for (const [double, service] of [services.slice(0, 2), services.slice(2)] as [typeof aws, string][]) {
      const read = (day: string) => double.billed(day, day).find(b => b.service === service)?.amount ?? 'none'
      const [before, other] = [read('2024-05-10'), read('2024-05-11')]
      double.correct({ day: '2024-05-10', service, factor: '1.25' })
      expect(Math.abs(new Big(before).times('1.25').minus(read('2024-05-10')).toNumber())).toBeLessThan(1e-8)
      expect(read('2024-05-10')).not.toBe(before)
      expect(read('2024-05-11')).toBe(other)
    }
  })
})

describe('decimals', () => {
  test('units and text are the same number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), units => {
        expect(toUnits(fromUnits(units))).toBe(units)
        expect(fromUnits(units)).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
      }),
    )
  })

  test('parts sum to the whole', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), weights, (units, weights) => {
        const parts = split(units, weights)
        expect(parts).toHaveLength(weights.length)
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(units)
      }),
    )
    expect(part('-10', 1, 3)).toBe('-3.3333333333')
  })

  test.each([
    ['0.0000000052', '5.2E-9'],
    ['-0.00000012', '-1.2E-7'],
    ['0.000001', '0.000001'],
    ['1200', '1200'],
    ['0', '0'],
    ['1.81E-8', '1.81E-8'],
    ['12.50', '12.5'],
  ])('Cost Explorer writes %s as %s', (amount, written) => expect(awsAmount(amount)).toBe(written))
})
