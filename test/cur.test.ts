import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type CloudEvent, parseClock } from '@billow/core'
import { startSimulators } from '@billow/simulators'
import { newPlace, ROOT } from './support/app.ts'
import { documentConfig, SOURCES } from './support/clouds.ts'
import { startTarget } from './support/receiver.ts'

const REPORT = join(ROOT, '../shared/data/aws_cur/sample-anonymous-aws-export-dataset.csv')
const DIGITS = 30n

/** Decimal or exponent text as a whole number of 10^-30: no library, so that the product's is judged. */
function scaled(text: string): bigint {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const shift = Number(DIGITS) - fraction.length + Number(exponent)
  return BigInt(`${sign}${whole}${fraction}`) * 10n ** BigInt(shift)
}

/** The report's fields, quotes and all; none of them holds a line break. */
function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )
}

/** The unblended cost by whatever `name` gives, straight from the report. */
function sums(name: (row: Record<string, string>) => string): Map<string, bigint> {
  const [head = '', ...lines] = readFileSync(REPORT, 'utf8').trim().split(/\r?\n/)
  const columns = fields(head)
  const found = new Map<string, bigint>()
  for (const line of lines) {
    const values = fields(line)
    const row = Object.fromEntries(columns.map((column, at) => [column, values[at] ?? '']))
    const key = name(row)
    found.set(key, (found.get(key) ?? 0n) + scaled(row['lineItem/UnblendedCost'] || '0'))
  }
  return found
}

const service = (row: Record<string, string>): string =>
  row['product/ProductName'] || row['lineItem/ProductCode'] || ''
const day = (row: Record<string, string>): string => (row['lineItem/UsageStartDate'] ?? '').slice(0, 10)

async function pull(more: string): Promise<CloudEvent[]> {
  const { aws, close } = await startSimulators({ clock: parseClock('2023-11-15'), aws: { cur: REPORT } })
  const target = await startTarget()
  const place = newPlace()
  place.config(documentConfig(SOURCES['source-aws-billing'].keys, target.url, aws.url, more))
  const args = 'pull --from 2023-11-01 --to 2023-11-14 --yes --clock 2023-11-15'.split(' ')
  const { code, stderr } = await place.run('source-aws-billing', args)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  await close()
  await target.close()
  return target.events
}

interface Data {
  readonly date: string
  readonly service: string
  readonly usageType?: string
  readonly unblendedCost: { readonly amount: string }
}

const there = existsSync(REPORT)
if (!there) console.log('skipped: the real cost and usage report is not beside the project')
const withReport = there ? describe : describe.skip

withReport('a real cost and usage report', () => {
  test("arrives with the day's totals by service, to the last digit", async () => {
    const events = await pull('')
    const arrived = new Map(
      events.map(({ data }) => {
        const { date, service, unblendedCost } = data as Data
        return [`${date} ${service}`, scaled(unblendedCost.amount)]
      }),
    )
    expect(arrived.size).toBe(events.length)
    expect(arrived).toEqual(sums(row => `${day(row)} ${service(row)}`))
  })

  test('arrives by service and usage type, exponents included, as the provider wrote them', async () => {
    const events = await pull('group_by: USAGE_TYPE\n')
    const arrived = new Map(
      events.map(({ data }) => {
        const { date, service, usageType, unblendedCost } = data as Data
        return [`${date} ${service} ${usageType}`, scaled(unblendedCost.amount)]
      }),
    )
    expect(events.some(({ data }) => /E-\d/.test((data as Data).unblendedCost.amount))).toBe(true)
    expect(arrived).toEqual(
      sums(row => `${day(row)} ${service(row)} ${row['lineItem/UsageType'] || 'NoUsageType'}`),
    )
  })
})
