import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { plainDecimal } from '@billow/core'
import { type Charge, COLUMN_NAMES, COLUMNS, type FileOptions, toParquet } from '@billow/focus'
import { chargeOf, endless, some } from './support/charges.ts'
import { readParquet } from './support/read-parquet.ts'

async function written(charges: Iterable<Charge>, options?: FileOptions): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'billow-parquet-')), 'charges.parquet')
  const chunks: Uint8Array[] = []
  for await (const chunk of toParquet(charges, options)) chunks.push(chunk)
  writeFileSync(file, Buffer.concat(chunks))
  return file
}

const read = async (charges: Iterable<Charge>, options?: FileOptions) =>
  readParquet(await written(charges, options))

/** Of a number, zeros at the end are not kept. */
const trimmed = (charge: Charge): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries({ x_Revision: null, x_Replaces: null, ...charge }).map(([name, value]) => [
      name,
      value !== null && COLUMNS[name as keyof typeof COLUMNS]?.type === 'Decimal'
        ? plainDecimal(value)
        : value,
    ]),
  )

describe('another reader finds', () => {
  test('the same charges, in columns of these names and types', async () => {
    const { charges, types, groups } = await read(some)
    expect(charges).toEqual(some.map(trimmed))
    expect(groups).toBe(1)
    expect(Object.keys(types).slice(0, COLUMN_NAMES.length)).toEqual(COLUMN_NAMES)
    for (const [name, { type }] of Object.entries(COLUMNS)) {
      const expected = { Decimal: 'DECIMAL(38,20)', 'Date/Time': 'TIMESTAMP WITH TIME ZONE' }
      expect([name, types[name]]).toEqual([name, expected[type as keyof typeof expected] ?? 'VARCHAR'])
    }
  })

  const numbers = [
    '0',
    '-0.00000000000000000001',
    '0.00000000000000000001',
    '999999999999999999.99999999999999999999',
    '-999999999999999999.99999999999999999999',
    '123456789012345678.12345678901234567891',
    '5.2E-9',
    '-17',
    '0.1',
    '000.30',
    ...Array.from({ length: 19 }, (_, n) => `-${n}.${'0'.repeat(n)}${n + 1}`),
  ]
  test('every digit of a number', async () => {
    const { charges } = await read(
      numbers.map(number => ({ ...chargeOf(1), BilledCost: number, ListUnitPrice: number })),
    )
    const exact = numbers.map(number => plainDecimal(number.replace(/^0+(?=\d)/, '')))
    expect(charges.map(({ BilledCost }) => BilledCost)).toEqual(exact)
    expect(charges.map(({ ListUnitPrice }) => ListUnitPrice)).toEqual(exact)
  })

  test('the columns of your own that are asked for, and texts of any script', async () => {
    const charge = { ...chargeOf(1, { usageType: 'EU' }), Tags: '{"k":"云 \\"x\\"","2":"b","1":"a"}' }
    const { charges } = await read([charge], { custom: ['x_UsageType'] })
    const [found] = charges as [Charge]
    expect(Object.keys(found).slice(COLUMN_NAMES.length)).toEqual(['x_UsageType'])
    expect(found).toMatchObject({ x_UsageType: 'EU', Tags: charge.Tags })
  })

  test('columns without a row, where there is no charge', async () => {
    const { charges, types } = await read([])
    expect(charges).toEqual([])
    expect(Object.keys(types)).toHaveLength(COLUMN_NAMES.length + 5)
  })
})

test.each([
  [
    { BilledCost: '0.000000000000000000001' },
    'BilledCost: found "0.000000000000000000001"; a Parquet file has room',
  ],
  [{ ListCost: '1000000000000000000' }, 'ListCost: found "1000000000000000000"; a Parquet file has room'],
  [{ ContractedCost: '1,5' }, 'ContractedCost: found "1,5"; a decimal number is needed'],
  [{ ChargePeriodEnd: 'soon' }, 'ChargePeriodEnd: found "soon"; a time such as'],
])('what it cannot hold is an error, never another value: %j', async (wrong, said) => {
  await expect(written([{ ...chargeOf(1), ...wrong }])).rejects.toThrow(said)
})

describe('what is read', () => {
  test('is written in row groups of 5,000 charges at the most, one at a time', async () => {
    const { asked, charges } = endless()
    for await (const chunk of toParquet(charges)) {
      expect(chunk.length).toBeGreaterThan(10_000)
      break
    }
    expect(asked).toEqual({ for: 5000, over: true })
  })

  test('is written sooner where charges are long', async () => {
    const long = { ...chargeOf(1), Tags: JSON.stringify({ k: 'x'.repeat(1 << 20) }) }
    const { charges, groups } = await read(Array.from({ length: 17 }, () => long))
    expect(groups).toBe(5)
    expect(charges.every(({ Tags }) => Tags === long.Tags)).toBe(true)
  })
})
