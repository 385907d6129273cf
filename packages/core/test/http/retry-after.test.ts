import { describe, expect, test } from '@jest/globals'
import { retryAfterMs } from '../../src/http/index.ts'

const now = new Date('2023-11-15T12:00:00Z')

describe('Retry-After', () => {
  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['Wed, 15 Nov 2023 12:00:30 GMT', 30_000],
    ['Wednesday, 15-Nov-23 12:01:00 GMT', 60_000],
    ['Wed Nov 15 12:00:10 2023', 10_000],
    ['Wed, 15 Nov 2023 11:59:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2023-11-15T12:00:30Z', undefined],
    ['', undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(retryAfterMs({ 'retry-after': header }, now)).toBe(ms)
  })
})
