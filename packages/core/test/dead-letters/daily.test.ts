import { expect, test } from '@jest/globals'
import { dailySource } from '../../src/billing/daily-source.ts'
import { connect } from '../../src/connect/connect.ts'
import type { CloudEvent, Source } from '../../src/connector.ts'
import { createStatus } from '../../src/status.ts'
import { billOf, provider } from '../support/bill.ts'
import { jumpingClock } from '../support/clock.ts'
import { memoryState, testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { lettersOf, refusing } from './running.ts'

const row = (service: string) => ({ service, amount: '1.5' })
const dayOf = ({ data }: CloudEvent): string => (data as { service: string }).service

test('a day of which all is refused is not done, though the days before it were taken', async () => {
  const days = provider({ '2024-05-14': [row('ok'), row('bad')], '2024-05-15': [row('bad2'), row('bad3')] })
  const source = dailySource(billOf(days)) as unknown as Source
  const clock = jumpingClock('2024-05-15T12:00:00Z')
  const state = memoryState()
  const side = testSide(clock, { pull_hour: 2, pull_zone: 'UTC', catch_up_days: 31 }, state)
  const stop = new AbortController()
  const status = createStatus('test', clock.now)
  const seen: string[] = []
  const sink = memorySink(events => {
    if (status.get().state === 'failed') {
      seen.push(status.get().reason ?? '')
      stop.abort()
    }
    return refusing(event => dayOf(event).startsWith('bad'))(events)
  })
  const { signal } = stop
  const options = { attempts: 3, status, stop: signal, abandon: signal, restart: true, random: () => 1 }
  await connect(source, side, sink, side, options)
  expect(seen).toEqual([expect.stringContaining('refused all 2 events of this run')])
  expect((await lettersOf(state)).map(({ event }) => dayOf(event))).toEqual(['bad'])
  const records = (await Array.fromAsync(state.scan('day/'))).map(([, text]) => JSON.parse(text))
  expect(records).toMatchObject([
    { day: '2024-05-14', state: 'done' },
    { day: '2024-05-15', state: 'spooled' },
  ])
  // Each day was asked for once: the day's rows wait in the spool.
  expect(days.asked).toEqual(['2024-05-14..2024-05-14', '2024-05-15..2024-05-15'])
})
