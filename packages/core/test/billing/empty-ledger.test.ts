import { expect, test } from '@jest/globals'
import type { Context } from '../../src/connector.ts'
import { sayEmpty } from '../../src/billing/empty-ledger.ts'

function said(place: string) {
  const lines: (readonly [level: string, fields: unknown, text: string])[] = []
  const at = (level: string) => (fields: unknown, text: string) => void lines.push([level, fields, text])
  const context = { log: { info: at('info'), warn: at('warn') }, state: { place } }
  sayEmpty('2024-05-14', context as unknown as Context)
  return lines
}

test('an empty ledger in a file says where a volume must be, and what is lost without one', () => {
  expect(said('/var/lib/billow/billow.db')).toEqual([
    [
      'warn',
      { day: '2024-05-14', state: '/var/lib/billow/billow.db' },
      expect.stringMatching(
        /It is in \/var\/lib\/billow: in a container, mount a volume at \/var\/lib\/billow, or use store_config\.type: postgres\. Without either a restart begins anew: .* sent again with the same ids, and days missed while it was down are not found$/,
      ),
    ],
  ])
})

test.each(['postgres://db.example.com:5432/billow', 'memory'])('%s needs no volume', place => {
  expect(said(place)).toEqual([
    ['info', { day: '2024-05-14', state: place }, 'the ledger is empty, and begins with this day'],
  ])
})
