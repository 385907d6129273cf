import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addDecimals, plainDecimal } from '../../src/billing/decimal.ts'
import { parseJson } from '../../src/json.ts'
import { digestOf, eventId, type Identity } from '../../src/billing/identity.ts'

const row: Identity = {
  source: 'cloud.aws.billing',
  type: 'aws.service.daily',
  account: '123456789012',
  day: '2024-05-05',
  key: ['Amazon S3'],
  digest: digestOf({ amount: '1.10' }),
  n: 0,
  revision: 0,
}

describe('the id of a row', () => {
  test('never changes between versions', () => {
    expect(eventId(row)).toBe('12f51ec8-905c-59e2-8148-772f59c290ae')
  })

  test('is another for each part that differs', () => {
    const others: Partial<Identity>[] = [
      { source: 'x' },
      { type: 'x' },
      { account: 'x' },
      { day: '2024-05-06' },
      { key: ['Amazon', 'S3'] },
      { digest: digestOf({ amount: '1.11' }) },
      { n: 1 },
      { revision: 1 },
    ]
    const ids = [row, ...others.map(part => ({ ...row, ...part }))].map(eventId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('two keys whose parts read alike when joined are two keys', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b)
        expect(eventId({ ...row, key: a }) === eventId({ ...row, key: b })).toBe(same)
      }),
    )
  })
})

describe('the digest of data', () => {
  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), data => {
        const turned = Object.fromEntries(Object.entries(data).toReversed())
        expect(digestOf(turned)).toBe(digestOf(data))
      }),
    )
  })

  test('is the same for one figure in other digits, and another for another figure', () => {
    const digest = digestOf({ amount: '5.2E-9' })
    expect(digestOf({ amount: '0.0000000052' })).toBe(digest)
    expect(digestOf({ amount: '0.00000000520' })).toBe(digest)
    expect(digestOf({ amount: parseJson('5.20e-9') })).toBe(digest)
    expect(digestOf({ amount: '0.0000000053' })).not.toBe(digest)
  })

  test('text that is not a number stays text', () => {
    expect(digestOf({ id: '007' })).not.toBe(digestOf({ id: '7' }))
    expect(digestOf({ id: 'true' })).not.toBe(digestOf({ id: true }))
    expect(digestOf({ id: '1.' })).not.toBe(digestOf({ id: '1' }))
  })
})

describe('decimals', () => {
  test.each([
    ['5.2E-9', '0.0000000052'],
    ['1E+3', '1000'],
    ['-0', '0'],
    ['-0.10', '-0.1'],
    ['12345678901234567890.12345678901234567890', '12345678901234567890.1234567890123456789'],
  ])('%s is %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain)
  })

  test('sums are exact', () => {
    const decimal = fc.tuple(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.integer({ min: 0, max: 20 }),
    )
    fc.assert(
      fc.property(decimal, decimal, ([a, i], [b, j]) => {
        const scaled = a * 10n ** BigInt(20 - i) + b * 10n ** BigInt(20 - j)
        expect(addDecimals(`${a}E-${i}`, `${b}E-${j}`)).toBe(plainDecimal(`${scaled}E-20`))
      }),
    )
  })
})
