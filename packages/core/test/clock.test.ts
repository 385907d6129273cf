import { describe, expect, test } from '@jest/globals'
import { clockFrom, parseClock } from '../src/clock.ts'

describe('--clock', () => {
  test.each([
    ['2023-11-15', '2023-11-15T12:00:00'],
    ['2024-02-29', '2024-02-29T12:00:00'],
    ['2023-11-15T02:00:00Z', '2023-11-15T02:00:00'],
    ['2023-11-15T02:00:00+08:00', '2023-11-14T18:00:00'],
  ])('%s is an instant, and ticks on', (text, start) => {
    expect(parseClock(text).now().toISOString().slice(0, 16)).toBe(start.slice(0, 16))
  })

  test.each([
    '',
    'now',
    '2023-02-29',
    '2024-02-30T00:00:00Z',
    '2024-05-01T00:00:00',
    '2024-13-01',
    '2024-05-01T25:00:00Z',
  ])('"%s" is refused', text => {
    expect(() => parseClock(text)).toThrow(`--clock: found "${text}"; give a day`)
  })

  test('a clock keeps its distance to the one below it', () => {
    let now = 1000
    const base = { now: () => new Date(now), sleep: async () => undefined }
    const clock = clockFrom(new Date(5000), base)
    now = 1500
    expect(clock.now().getTime()).toBe(5500)
  })
})
