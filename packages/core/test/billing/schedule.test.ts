import { describe, expect, test } from '@jest/globals'
import { createSchedule } from '../../src/billing/schedule.ts'

const dueAt = (hour: number, zone: string, billZone: string, day: string): string =>
  createSchedule({ hour, zone, billZone }).dueAt(day).toISOString()

describe('when a billing day is due', () => {
  test.each([
    // The day, its pull hour and zone, and the first such hour after the day ended in the bill's zone.
    ['an ordinary day', 2, 'UTC', 'UTC', '2024-05-05', '2024-05-06T02:00:00.000Z'],
    ['the last of a month', 2, 'UTC', 'UTC', '2024-04-30', '2024-05-01T02:00:00.000Z'],
    ['the last of a year', 2, 'UTC', 'UTC', '2023-12-31', '2024-01-01T02:00:00.000Z'],
    ['a leap day', 2, 'UTC', 'UTC', '2024-02-29', '2024-03-01T02:00:00.000Z'],
    [
      'a Chinese day ends at 16:00 UTC, so 02:00 UTC is the next hour',
      2,
      'UTC',
      'Asia/Shanghai',
      '2024-05-05',
      '2024-05-06T02:00:00.000Z',
    ],
    ['a Chinese day and a late hour', 17, 'UTC', 'Asia/Shanghai', '2024-05-05', '2024-05-05T17:00:00.000Z'],
    [
      'a pull hour at the very end of the day',
      8,
      'Asia/Shanghai',
      'UTC',
      '2024-05-05',
      '2024-05-06T00:00:00.000Z',
    ],
    [
      'New York, the gap: 02:00 does not exist, 03:00 EDT is the first instant after it',
      2,
      'America/New_York',
      'UTC',
      '2024-03-09',
      '2024-03-10T07:00:00.000Z',
    ],
    [
      'New York, the overlap: the first 01:00 is that of EDT',
      1,
      'America/New_York',
      'UTC',
      '2024-11-02',
      '2024-11-03T05:00:00.000Z',
    ],
    ['Berlin, the gap', 2, 'Europe/Berlin', 'UTC', '2024-03-30', '2024-03-31T01:00:00.000Z'],
    ['Berlin, the overlap', 2, 'Europe/Berlin', 'UTC', '2024-10-26', '2024-10-27T00:00:00.000Z'],
    [
      'Lord Howe, a gap of half an hour',
      2,
      'Australia/Lord_Howe',
      'UTC',
      '2024-10-04',
      '2024-10-05T15:30:00.000Z',
    ],
    [
      'Lord Howe, the overlap of half an hour is over before 02:00',
      2,
      'Australia/Lord_Howe',
      'UTC',
      '2024-04-05',
      '2024-04-06T15:30:00.000Z',
    ],
    [
      'a bill in a zone whose midnight is skipped',
      1,
      'Africa/Cairo',
      'Africa/Cairo',
      '2024-04-25',
      '2024-04-25T22:00:00.000Z',
    ],
  ])('%s', (_, hour, zone, billZone, day, expected) => {
    expect(dueAt(hour, zone, billZone, day)).toBe(expected)
  })

  test.each(['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'])(
    'each day of a year in %s is due once, after it ended, in order',
    zone => {
      const schedule = createSchedule({ hour: 2, zone, billZone: 'UTC' })
      let last = 0
      for (let day = Date.UTC(2024, 0, 1); day < Date.UTC(2025, 0, 1); day += 86_400_000) {
        const due = schedule.dueAt(new Date(day).toISOString().slice(0, 10)).getTime()
        expect(due).toBeGreaterThan(last)
        expect(due).toBeGreaterThanOrEqual(day + 86_400_000)
        expect(due).toBeLessThan(day + 2 * 86_400_000 + 3_600_000)
        last = due
      }
    },
  )

  test('the newest due day is the newest whose time has come', () => {
    const schedule = createSchedule({ hour: 2, zone: 'UTC', billZone: 'UTC' })
    expect(schedule.newestDue(new Date('2024-05-06T01:59:59.999Z'))).toBe('2024-05-04')
    expect(schedule.newestDue(new Date('2024-05-06T02:00:00.000Z'))).toBe('2024-05-05')
    expect(schedule.nextPull(new Date('2024-05-06T02:00:00.000Z')).toISOString()).toBe(
      '2024-05-07T02:00:00.000Z',
    )
  })
})
