import { describe, expect, test } from '@jest/globals'
import { type Charge, charges, COLUMN_NAMES, toCsv, toNdjson } from '@billow/focus'
import { evaluate } from '@billow/focus/rules'
import { parse } from 'csv-parse/sync'

const toCharge = charges({ defaults: { BillingAccountId: '123456789012' } })
const cost = { amount: '1.50', unit: 'USD' }

const chargeOf = (n: number, more: object = {}): Charge =>
  toCharge({
    specversion: '1.0',
    id: `id-${n}`,
    source: 'cloud.aws.billing',
    type: 'aws.service.daily',
    data: {
      date: '2024-08-01',
      service: `Service "${n}", 云\nnew`,
      netUnblendedCost: cost,
      netAmortizedCost: cost,
      ...more,
    },
  })

/** Charges without end, and how many were asked for. */
function endless() {
  const asked = { for: 0, over: false }
  function* make() {
    try {
      for (;;) yield chargeOf((asked.for += 1))
    } finally {
      asked.over = true
    }
  }
  return { asked, charges: make() }
}

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const chunk of chunks) text += chunk
  return text
}

const some = Array.from({ length: 500 }, (_, n) => chargeOf(n, { tag: { key: 'a,b', value: '"c"' } }))

test('a CSV reads back as the same charges, and obeys the same rules', async () => {
  const rows: Record<string, string>[] = parse(await textOf(toCsv(some)), { columns: true })
  const nulls = rows.map(row =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell || null])),
  )
  expect(nulls).toEqual(some.map(charge => ({ ...charge, x_Revision: null, x_Replaces: null })))
  expect(Object.keys(rows[0] ?? {}).slice(0, COLUMN_NAMES.length)).toEqual(COLUMN_NAMES)
  const results = await evaluate(nulls, { supports: ['TAGGING_SUPPORTED'] })
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
})

test('a CSV has the columns of your own that are asked for', async () => {
  const [header, row]: string[][] = parse(
    await textOf(toCsv([chargeOf(1, { usageType: 'EU' })], { custom: ['x_UsageType'] })),
  )
  expect(header?.slice(COLUMN_NAMES.length)).toEqual(['x_UsageType'])
  expect(row?.slice(COLUMN_NAMES.length)).toEqual(['EU'])
})

test('an NDJSON reads back as the same charges', async () => {
  const lines = (await textOf(toNdjson(some))).trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line) as Charge)).toEqual(some)
})

test('of nothing there is a header, or nothing', async () => {
  expect((await textOf(toCsv([]))).split('\r\n')).toHaveLength(2)
  expect(await textOf(toNdjson([]))).toBe('')
})

describe('what is read', () => {
  test.each([
    ['CSV', toCsv],
    ['NDJSON', toNdjson],
  ])('for %s is read as it is written, and no further', async (_, write) => {
    const { asked, charges } = endless()
    for await (const chunk of write(charges)) {
      expect(chunk.length).toBeGreaterThan(60_000)
      break
    }
    expect(asked.for).toBeLessThan(500)
    expect(asked.over).toBe(true)
  })
})
