import { describe, expect, test } from '@jest/globals'
import { openLedger } from '../../src/billing/ledger.ts'
import type { CloudEvent } from '../../src/connector.ts'
import type { State } from '../../src/state/state.ts'
import { type Provider, provider } from '../support/bill.ts'
import { memoryState } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { runUntil } from './run.ts'

const DAY = 'io.billow.billing.day'
const ON = { day_events: true, resync_days: 5 }
const isDay = ({ type }: CloudEvent): boolean => type === DAY
const rows = (...amounts: string[]) => amounts.map((amount, n) => ({ service: `s${n}`, amount }))

/** Runs from the second hour of one day to the first of another. */
const days = (provider: Provider, from: string, to: string, more: object = {}) =>
  runUntil({ provider, start: `${from}T02:00:00Z`, until: `${to}T01:00:00Z`, config: ON, ...more })

describe('day_events', () => {
  test('are off: nothing but rows is sent', async () => {
    const sink = memorySink()
    await days(provider({ '2024-05-05': rows('1') }), '2024-05-06', '2024-05-07', { sink, config: {} })
    expect(sink.safe.map(({ type }) => type)).toEqual(['test.daily'])
  })

  test('follow the last row of a day, however many requests are outstanding, and say its sums', async () => {
    const bill = provider({ '2024-05-05': Array.from({ length: 350 }, () => rows('0.1')).flat() })
    let pending = 0
    const pendingThen: number[] = []
    const sink = memorySink(async events => {
      if (events.some(isDay)) pendingThen.push(pending)
      pending += 1
      for (let n = 0; n < 3; n += 1) await new Promise(resolve => setImmediate(resolve))
      pending -= 1
      return undefined
    }, 8)
    const { ledger } = await days(bill, '2024-05-06', '2024-05-07', { sink, zone: 'Asia/Shanghai' })
    expect(sink.safe).toHaveLength(351)
    expect(pendingThen).toEqual([0])
    const { id, ...event } = sink.safe.at(-1) as CloudEvent
    expect(event).toEqual({
      specversion: '1.0',
      source: 'source-test-billing',
      type: DAY,
      subject: '2024-05-05',
      datacontenttype: 'application/json',
      time: '2024-05-06T02:00:00.000Z',
      data: {
        account: '42',
        day: '2024-05-05',
        zone: 'Asia/Shanghai',
        from: '2024-05-04T16:00:00.000Z',
        to: '2024-05-05T16:00:00.000Z',
        rows: 350,
        amounts: { USD: '35' },
        revision: 0,
        final: true,
      },
    })
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-5/)
    expect(await ledger.get('2024-05-05')).toMatchObject({ state: 'done', dayEvent: id })
  })

  test('an empty day has one, and the day that it becomes replaces it, and so does each revision', async () => {
    const bill = provider()
    const state = memoryState()
    const sink = memorySink()
    await days(bill, '2024-05-06', '2024-05-08', { state, sink, config: { ...ON, catch_up_days: 1 } })
    const ofFirst = () => sink.safe.filter(({ subject }) => subject === '2024-05-05')
    // Asked for twice, said once.
    expect(ofFirst().map(({ data }) => data)).toMatchObject([
      { rows: 0, amounts: {}, revision: 0, final: false },
    ])
    bill.final = false
    Object.assign(bill.days, { '2024-05-05': rows('1', '2') })
    await days(bill, '2024-05-08', '2024-05-09', { state, sink })
    Object.assign(bill.days, { '2024-05-05': rows('1', '5') })
    await days(bill, '2024-05-09', '2024-05-10', { state, sink })
    bill.final = true
    await days(bill, '2024-05-10', '2024-05-11', { state, sink })
    const said = ofFirst()
    expect(said.map(({ data }) => data)).toMatchObject([
      { rows: 0, revision: 0 },
      { rows: 2, revision: 0, amounts: { USD: '3' }, final: false },
      { rows: 2, revision: 1, amounts: { USD: '6' }, final: false },
      { rows: 2, revision: 1, amounts: { USD: '6' }, final: true },
    ])
    expect(said.map(({ replaces }) => replaces)).toEqual([undefined, ...said.slice(0, 3).map(({ id }) => id)])
    expect(new Set(said.map(({ id }) => id)).size).toBe(4)
  })

  test('are not sent of a day whose every row is refused', async () => {
    const sink = memorySink(
      events => ({
        refused: events.filter(event => !isDay(event)).map(event => ({ event, reason: 'no' })),
      }),
      8,
    )
    const run = days(provider({ '2024-05-05': rows('1', '2') }), '2024-05-06', '2024-05-07', {
      sink,
      restart: false,
    })
    await expect(run).rejects.toThrow('refused all 2 events')
    expect(sink.safe).toEqual([])
  })

  test('turned on later, are of days from then on', async () => {
    const bill = provider({ '2024-05-05': rows('1'), '2024-05-06': [], '2024-05-07': rows('2') })
    const state = memoryState()
    const sink = memorySink()
    await days(bill, '2024-05-06', '2024-05-08', { state, sink, config: { resync_days: 5 } })
    await days(bill, '2024-05-08', '2024-05-09', { state, sink })
    expect(sink.safe.filter(isDay).map(({ subject }) => subject)).toEqual(['2024-05-07'])
  })

  test('an access key that stands for the account is not shown', async () => {
    const { Secret } = await import('../../src/config/secret.ts')
    const sink = memorySink()
    const config = { ...ON, secret: { access_key_id: new Secret('42') } }
    await days(provider({ '2024-05-05': rows('1') }), '2024-05-06', '2024-05-07', { sink, config })
    expect(sink.safe.find(isDay)?.data).toMatchObject({ account: '***' })
  })
})

test('a crash at any write of the state loses no day event, and repeats one with its id only', async () => {
  const bill = provider({ '2024-05-05': Array.from({ length: 250 }, () => rows('0.1')).flat() })
  for (let at = 1; ; at += 1) {
    const state = memoryState()
    const sink = memorySink(undefined, 4)
    const crashed = await days(bill, '2024-05-06', '2024-05-07', {
      state: failingFrom(at, state),
      sink,
      restart: false,
    }).then(
      () => false,
      () => true,
    )
    if (!crashed) {
      expect(at).toBeGreaterThan(5)
      break
    }
    const left = await openLedger(state, '42', '').get('2024-05-05')
    if (left?.state === 'done') expect(left.dayEvent).toBeDefined()
    const { ledger } = await days(bill, '2024-05-06', '2024-05-07', { state, sink })
    const said = sink.safe.filter(isDay)
    expect(new Set(said.map(({ id }) => id)).size).toBe(1)
    // Before the first of them, every row was safe.
    const before = sink.safe.slice(0, sink.safe.findIndex(isDay)).map(({ id }) => id)
    expect(new Set(before).size).toBe(250)
    expect(await ledger.get('2024-05-05')).toMatchObject({ state: 'done', dayEvent: said[0]?.id })
  }
})

/** A state that takes no write from the `at`th on. */
function failingFrom(at: number, state: State): State {
  let writes = 0
  const count = (): void => {
    writes += 1
    if (writes >= at) throw new Error('the disk is gone')
  }
  return {
    ...state,
    set: async (...args) => (count(), state.set(...args)),
    delete: async (...args) => (count(), state.delete(...args)),
    transaction: async (...args) => (count(), state.transaction(...args)),
  }
}
