import { describe, expect, test } from '@jest/globals'
import { type Charge, COLUMN_NAMES, toCsv, toNdjson } from '@billow/focus'
import { evaluate } from '@billow/focus/rules'
import { parse } from 'csv-parse/sync'
import { chargeOf, endless, some } from './support/charges.ts'

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const chunk of chunks) text += chunk
  return text
}

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
