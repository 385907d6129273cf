import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseClock } from '@billow/core'
import { type AwsSimulator, startAwsSimulator } from '@billow/simulators'
import { shared } from '../../../test/support/shared.ts'
import { costExplorer, oneDay } from './clients.ts'

const report = shared('aws_cur/sample-anonymous-aws-export-dataset.csv')
const real = report.there ? describe : describe.skip

/** Sums of a column by day and service in whole 1E-20, without the code under test. */
async function independent(path: string, column: string): Promise<Record<string, bigint>> {
  const [head = '', ...lines] = (await readFile(path, 'utf8')).trim().split('\n')
  // No cell before the columns that are read here has a comma or a quote that matters.
  const cells = (line: string) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(m => m[1] ?? '')
  const names = cells(head)
  const at = (name: string) => names.indexOf(name)
  const sums: Record<string, bigint> = {}
  for (const line of lines) {
    const row = cells(line)
    const key = `${row[at('lineItem/UsageStartDate')]?.slice(0, 10)} ${row[at('product/ProductName')]}`
    sums[key] = (sums[key] ?? 0n) + scaled(row[at(column)] ?? '')
  }
  return sums
}

function scaled(text: string): bigint {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)\.?(\d*)(?:E(-?\d+))?$/.exec(text) ?? []
  const shift = 20 + Number(exponent) - fraction.length
  return BigInt(`${sign}${whole}${fraction}`) * 10n ** BigInt(shift)
}

real(`a real Cost and Usage Report${report.why}`, () => {
  let double: AwsSimulator
  beforeAll(async () => {
    double = await startAwsSimulator({ cur: report.path, clock: parseClock('2023-11-15') })
  })
  afterAll(() => double.close())

  test.each<[string, string]>([
    ['UnblendedCost', 'lineItem/UnblendedCost'],
    ['BlendedCost', 'lineItem/BlendedCost'],
    ['AmortizedCost', 'lineItem/UnblendedCost'],
    ['NetUnblendedCost', 'lineItem/UnblendedCost'],
    ['NetAmortizedCost', 'lineItem/UnblendedCost'],
    ['UsageQuantity', 'lineItem/UsageAmount'],
  ])('%s by day and service is the exact sum of %s', async (metric, column) => {
    const input = { ...oneDay('2023-11-01', '2023-11-15'), Metrics: [metric] }
    const { ResultsByTime: days = [] } = await costExplorer(double)(input)
    const sums: Record<string, bigint> = {}
    for (const day of days) {
      for (const { Keys, Metrics } of day.Groups ?? []) {
        sums[`${day.TimePeriod?.Start} ${Keys?.[0]}`] = scaled(Metrics?.[metric]?.Amount ?? '')
      }
    }
    expect(sums).toEqual(await independent(report.path, column))
    expect(Object.keys(sums).length).toBeGreaterThan(100)
  })

  test('small sums are written with an exponent', async () => {
    const input = oneDay('2023-11-01', '2023-11-15')
    const GroupBy = [...(input.GroupBy ?? []), { Type: 'DIMENSION' as const, Key: 'USAGE_TYPE' }]
    const { ResultsByTime: days = [] } = await costExplorer(double)({ ...input, GroupBy })
    const amounts = days.flatMap(d => (d.Groups ?? []).map(g => g.Metrics?.['UnblendedCost']?.Amount ?? ''))
    expect(amounts).toContainEqual(expect.stringMatching(/^\d(\.\d+)?E-\d+$/))
  })

  test('nothing is planted in it, and a day outside it is empty', async () => {
    expect(double.anomalies('2023-01-01', '2023-12-01')).toEqual([])
    expect(double.billed('2023-10-31', '2023-10-31')).toEqual([])
  })
})

describe('reports with commitments', () => {
  const HEAD =
    'bill/PayerAccountId,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/ProductCode,lineItem/CurrencyCode,lineItem/UnblendedCost,reservation/EffectiveCost,reservation/UnusedRecurringFee,savingsPlan/SavingsPlanEffectiveCost,savingsPlan/TotalCommitmentToDate,savingsPlan/UsedCommitment'
  const line = (type: string, unblended: string, rest: string, currency = 'USD') =>
    `1,1,${type},2023-11-02T00:00:00Z,AmazonEC2,${currency},${unblended},${rest}`
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billow-cur-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function write(...lines: string[]): Promise<string> {
    const path = join(folder, 'report.csv')
    await writeFile(path, [HEAD, ...lines].join('\n'))
    return path
  }

  test('amortized cost follows the type of the line; the service is the product code', async () => {
    const cur = await write(
      line('Usage', '1.5', ',,,,'),
      line('DiscountedUsage', '0', '0.25,,,,'),
      line('RIFee', '9', ',0.125,,,'),
      line('SavingsPlanCoveredUsage', '2', ',,0.7,,'),
      line('SavingsPlanNegation', '-2', ',,,,'),
      line('SavingsPlanRecurringFee', '1', ',,,1,0.9'),
      line('SavingsPlanUpfrontFee', '100', ',,,,'),
    )
    const double = await startAwsSimulator({ cur, clock: parseClock('2023-11-15') })
    const input = { ...oneDay('2023-11-02', '2023-11-03'), Metrics: ['UnblendedCost', 'AmortizedCost'] }
    const { ResultsByTime: [day] = [] } = await costExplorer(double)(input)
    expect(day?.Groups).toEqual([
      {
        Keys: ['AmazonEC2'],
        Metrics: {
          UnblendedCost: { Amount: '111.5', Unit: 'USD' },
          AmortizedCost: { Amount: '2.675', Unit: 'USD' },
        },
      },
    ])
    await double.close()
  })

  test('what cannot be a bill is refused with the reason', async () => {
    const start = async (cur: string) => startAwsSimulator({ cur })
    const cause = (message: string) =>
      expect.objectContaining({
        cause: expect.objectContaining({ message: expect.stringContaining(message) }),
      })
    await expect(
      start(await write(line('Usage', '1', ',,,,'), line('Usage', '1', ',,,,', 'CNY'))),
    ).rejects.toThrow(cause('found CNY beside USD'))
    await expect(start(await write(line('Usage', '', ',,,,')))).rejects.toThrow(
      cause('lineItem/UnblendedCost'),
    )
    await expect(start(await write())).rejects.toThrow(cause('no line'))
    await expect(start(join(folder, 'none.csv'))).rejects.toThrow(cause('no such file'))
  })
})
